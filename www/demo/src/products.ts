// What the shop sells. Names and descriptions are in the messages.
import type { Decimal } from '../../src/wire.js';

export interface Product {
  id: string;
  price: Decimal;
  categories: string[];
}

export const products = [
  { id: 'mug', price: '18.50', categories: ['ceramics', 'kitchen'] },
  { id: 'bowl', price: '24.00', categories: ['ceramics', 'kitchen'] },
  { id: 'teapot', price: '74.00', categories: ['ceramics', 'kitchen'] },
  { id: 'vase', price: '59.90', categories: ['ceramics', 'living'] },
  { id: 'throw', price: '89.00', categories: ['textiles', 'living'] },
  { id: 'cushion', price: '34.90', categories: ['textiles', 'living'] },
  { id: 'carafe', price: '29.50', categories: ['glass', 'kitchen'] },
  { id: 'tumblers', price: '32.00', categories: ['glass', 'kitchen'] },
  { id: 'board', price: '39.99', categories: ['wood', 'kitchen'] },
  { id: 'lamp', price: '109.99', categories: ['lighting', 'living'] },
  { id: 'candle', price: '12.80', categories: ['lighting', 'living'] },
  { id: 'basket', price: '45.00', categories: ['willow', 'kitchen'] },
] as const satisfies Product[];

export type ProductId = (typeof products)[number]['id'];

export function isProduct(id: string | null): id is ProductId {
  return products.some((product) => product.id === id);
}

export function productOf(id: ProductId): Product {
  return products.find((product) => product.id === id) ?? products[0];
}
