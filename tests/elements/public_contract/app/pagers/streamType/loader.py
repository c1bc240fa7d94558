import json
import re

from .client import Client


class Loader(object):
    def __init__(self, nodes):
        self.nodes = nodes

    def fill_in(self, source, **variables):
        return re.sub(r"\{\{(\w+)\}\}", lambda found: str(variables.get(found.group(1), "")), source)

    def load(self):
        element = self.nodes[0]
        config = json.loads(self.fill_in(element.getFile("config.json"), **app.envVars))
        return Client(element, config["clientId"], config["clientSecret"])
