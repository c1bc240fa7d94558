// The official Node clients in conversation with a sandbox: node conversation.js 127.0.0.1:8010
// One line of JSON per call: the client, what was asked, the code that came back.

import dysms from "@alicloud/dysmsapi20170525";
import pop from "@alicloud/pop-core";

const endpoint = process.argv[2];
const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

const send = {
  PhoneNumbers: "13900000000",
  SignName: "沙箱商城",
  TemplateCode: "SMS_100000001",
  TemplateParam: JSON.stringify({ code: "123456" }),
  OutId: "a b+c*~",
};
const batch = {
  PhoneNumberJson: '["13900000001","13900000002"]',
  SignNameJson: '["沙箱商城","沙箱商城"]',
  TemplateCode: "SMS_100000001",
  TemplateParamJson: '[{"code":"1111"},{"code":"2222"}]',
};
const calls = [
  ["send", "SendSms", send],
  ["refused", "SendSms", { ...send, SignName: "没有的签名" }],
  ["batch", "SendBatchSms", batch],
  ["template", "GetSmsTemplate", { TemplateCode: "SMS_100000001" }],
  ["no template", "GetSmsTemplate", { TemplateCode: "SMS_9" }],
];

const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);

class Current {
  constructor(secret) {
    this.client = new dysms.default({ ...key, accessKeySecret: secret, endpoint, protocol: "http" });
  }

  async call(action, params) {
    const request = new dysms[`${action}Request`](
      Object.fromEntries(Object.entries(params).map(([name, value]) => [lowerFirst(name), value])),
    );
    const answer = await this.client[lowerFirst(action)](request);
    return answer.body.code;
  }
}

class Older {
  constructor(method) {
    this.method = method;
    this.client = new pop.RPCClient({ ...key, endpoint: `http://${endpoint}`, apiVersion: "2017-05-25" });
  }

  async call(action, params) {
    return (await this.client.request(action, params, { method: this.method, formatParams: false })).Code;
  }
}

// pop-core appends "Error" to the code of whatever it throws.
const codeOf = (error) => String(error.code ?? error).replace(/Error$/, "");

async function converse(name, client, calls) {
  for (const [asked, action, params] of calls) {
    const code = await client.call(action, params).catch(codeOf);
    console.log(JSON.stringify({ client: name, asked, code }));
  }
}

await converse("current", new Current("testsecret"), calls);
await converse("pop-core POST", new Older("POST"), calls);
await converse("pop-core GET", new Older("GET"), calls);
await converse("current", new Current("wrong"), [["wrong secret", "SendSms", send]]);
