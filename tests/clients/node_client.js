// Does with node-quickbooks and intuit-oauth what an app does, and prints what came of it as JSON.
const OAuthClient = require('intuit-oauth');
const QuickBooks = require('node-quickbooks');
const axios = require('axios');

const facts = JSON.parse(process.argv[2]);

// Its calls take a callback; a refusal comes as an error whose answer stands beside it.
function call(client, name, ...given) {
  return new Promise((resolve, reject) => {
    client[name](...given, (error, ...answer) => (error ? reject(error) : resolve(answer[0])));
  });
}

function codeOf(error) {
  const body = (error.response && error.response.data) || error;
  return body.Fault.Error[0].code;
}

async function connect() {
  const auth = new OAuthClient({
    clientId: facts.client_id,
    clientSecret: facts.client_secret,
    environment: 'sandbox',
    redirectUri: facts.redirect_uri,
  });
  auth.setAuthorizeURLs({
    authorizeEndpoint: `${facts.url}/connect/oauth2`,
    tokenEndpoint: `${facts.url}/oauth2/v1/tokens/bearer`,
    revokeEndpoint: `${facts.url}/v2/oauth2/tokens/revoke`,
    userInfoEndpoint: `${facts.url}/v1/openid_connect/userinfo`,
  });
  const page = auth.authorizeUri({ scope: [OAuthClient.scopes.Accounting], state: 'a state' });
  const answer = await axios.get(`${page}&company=${facts.company}`, {
    maxRedirects: 0,
    validateStatus: (status) => status === 302,
  });
  const first = (await auth.createToken(answer.headers.location)).getJson();
  const renewed = (await auth.refresh()).getJson();
  return { auth, first, renewed };
}

async function main() {
  const { auth, first, renewed } = await connect();
  QuickBooks.V3_ENDPOINT_BASE_URL = `${facts.url}/v3/company/`;
  const qbo = new QuickBooks(
    facts.client_id, facts.client_secret, renewed.access_token, false, auth.token.realmId,
    true, false, 75, '2.0', renewed.refresh_token,
  );

  const created = await call(qbo, 'createCustomer', { DisplayName: "Amy's Bird Sanctuary", GivenName: 'Amy' });
  let refused = '';
  try {
    await call(qbo, 'createCustomer', { DisplayName: "Amy's Bird Sanctuary" });
  } catch (error) {
    refused = codeOf(error);
  }

  const found = await call(qbo, 'findCustomers', [{ field: 'DisplayName', value: "Amy's%", operator: 'LIKE' }]);
  const count = await call(qbo, 'findCustomers', { count: true });

  const changed = await call(qbo, 'updateCustomer', {
    Id: created.Id, SyncToken: created.SyncToken, sparse: true, DisplayName: "Amy's Birds",
  });

  const batch = await call(qbo, 'batch', [
    { bId: 'a', operation: 'create', Customer: { DisplayName: 'One' } },
    { bId: 'b', operation: 'create', Customer: { DisplayName: "Amy's Birds" } },
    { bId: 'c', Query: 'select * from Customer' },
  ]);

  const item = await call(qbo, 'createItem', { Name: 'Seed', Type: 'Service', IncomeAccountRef: { value: '1' } });
  const line = {
    Amount: 7.5,
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: item.Id }, Qty: 3, UnitPrice: 2.5 },
  };
  const draft = { CustomerRef: { value: created.Id }, Line: [line] };
  const invoice = await call(qbo, 'createInvoice', draft);
  const pdf = await call(qbo, 'getInvoicePdf', invoice.Id);
  const sent = await call(qbo, 'sendInvoicePdf', invoice.Id, 'amy@birds.example');
  const read = await call(qbo, 'getInvoice', invoice.Id);
  const voided = await call(qbo, 'voidInvoice', { Id: read.Id, SyncToken: read.SyncToken });
  const payment = await call(qbo, 'createPayment', { CustomerRef: { value: created.Id }, TotalAmt: 5 });
  const voidedPayment = await call(qbo, 'voidPayment', { Id: payment.Id, SyncToken: payment.SyncToken });

  const gone = await call(qbo, 'createInvoice', { CustomerRef: { value: created.Id }, Line: [line] });
  await call(qbo, 'deleteInvoice', { Id: gone.Id, SyncToken: gone.SyncToken });
  const told = await call(qbo, 'changeDataCapture', ['Customer', 'Invoice'], facts.since.replace('+', '%2B'));
  const groups = told.CDCResponse[0].QueryResponse;
  const group = (name) => groups.find((each) => each[name])[name];

  console.log(JSON.stringify({
    renewed: first.access_token !== renewed.access_token,
    created: created.Id,
    refused,
    found: found.QueryResponse.Customer.map((each) => each.Id),
    count: count.QueryResponse.totalCount,
    changed: [changed.DisplayName, changed.GivenName, changed.SyncToken],
    batch: batch.BatchItemResponse.map((each) => (each.Fault ? each.Fault.Error[0].code : Object.keys(each).sort())),
    pdf: Buffer.from(pdf).toString('latin1').slice(0, 5),
    sent: sent.EmailStatus || sent.Invoice.EmailStatus,
    voided: [voided.Invoice.TotalAmt, voided.Invoice.PrivateNote],
    voidedPayment: [voidedPayment.TotalAmt, voidedPayment.PrivateNote],
    told: group('Customer').map((each) => each.DisplayName).sort(),
    gone: group('Invoice').filter((each) => each.status === 'Deleted').map((each) => each.Id).join() === gone.Id,
  }));
}

main().catch((error) => {
  console.error(error.response ? JSON.stringify(error.response.data) : error);
  process.exit(1);
});
