// Rows of a query as one text: each step between the module and JavaScript costs more than what it does.
export function rows(sql, query, values) {
  return JSON.stringify(sql.exec(query, ...values).toArray());
}
