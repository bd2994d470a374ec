// The least that could book an order: one row in an object, one value in KV. No keys, no rules, no second thought.
import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS entry(seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  async fetch(request) {
    const body = await request.text();
    const { seq } = this.ctx.storage.sql.exec("INSERT INTO entry(body) VALUES (?) RETURNING seq", body).one();
    await this.env.LEDGER.put(`e/${this.ctx.id}/${seq}`, body);
    return Response.json({ seq });
  }
}

export default {
  async fetch(request, env) {
    const order = await request.json();
    const account = env.ACCOUNT.getByName(order.member);
    return account.fetch("https://account/", { method: "POST", body: JSON.stringify(order) });
  },
};
