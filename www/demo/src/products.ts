// What each shop sells. Names and descriptions are in the messages.
import type { Decimal } from '../../src/wire.js';

export interface Product {
  id: string;
  price: Decimal;
  categories: string[];
}

interface Catalogue {
  name: string;
  /** Of the programme that is published for the shop, as its calendar's time zone. */
  currency: string;
  timeZone: string;
  /** What bringing an order costs; absent where nothing is brought. */
  delivery?: Decimal;
  products: Product[];
}

/** By shop: the demo's own, and one for each ready programme of the cookbook. */
const catalogues = {
  demo: {
    name: 'Alder & Clay',
    currency: 'EUR',
    timeZone: 'Europe/Budapest',
    delivery: '4.90',
    products: [
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
    ],
  },
  cashback: {
    name: 'Alder & Clay',
    currency: 'RUB',
    timeZone: 'Europe/Moscow',
    delivery: '300.00',
    products: [
      { id: 'lamp', price: '1999.00', categories: ['lighting'] },
      { id: 'throw', price: '590.00', categories: ['textiles'] },
      { id: 'candle', price: '199.90', categories: ['lighting'] },
      { id: 'teapot', price: '2490.00', categories: ['ceramics'] },
    ],
  },
  beauty: {
    name: 'Rosa Beauty',
    currency: 'RON',
    timeZone: 'Europe/Bucharest',
    products: [
      { id: 'cream', price: '180.00', categories: ['skincare'] },
      { id: 'serum', price: '400.00', categories: ['skincare'] },
      { id: 'lipstick', price: '60.00', categories: ['make-up'] },
      { id: 'perfume', price: '500.00', categories: ['fragrance'] },
    ],
  },
  coffee: {
    name: 'Corner Coffee',
    currency: 'EUR',
    timeZone: 'Europe/Budapest',
    products: [
      { id: 'cappuccino', price: '3.20', categories: ['coffee'] },
      { id: 'espresso', price: '2.40', categories: ['coffee'] },
      { id: 'soup', price: '8.50', categories: ['lunch'] },
      { id: 'sandwich', price: '6.90', categories: ['lunch'] },
      { id: 'cake', price: '4.50', categories: ['sweets'] },
    ],
  },
  hotel: {
    name: 'Lime Tree Hotel',
    currency: 'UAH',
    timeZone: 'Europe/Kyiv',
    products: [
      { id: 'night', price: '2400.00', categories: ['night'] },
      { id: 'breakfast', price: '250.00', categories: ['restaurant'] },
      { id: 'massage', price: '900.00', categories: ['spa'] },
    ],
  },
  coalition: {
    name: 'Market & Road',
    currency: 'HUF',
    timeZone: 'Europe/Budapest',
    products: [
      { id: 'petrol', price: '620.00', categories: ['fuel'] },
      { id: 'cheese', price: '3450.00', categories: ['groceries'] },
      { id: 'bread', price: '1250.00', categories: ['groceries'] },
      { id: 'apples', price: '500.00', categories: ['groceries'] },
    ],
  },
  'discount-card': {
    name: 'Alder & Clay',
    currency: 'EUR',
    timeZone: 'Europe/Budapest',
    products: [
      { id: 'teapot', price: '80.00', categories: ['ceramics'] },
      { id: 'throw', price: '100.00', categories: ['textiles'] },
      { id: 'lamp', price: '110.00', categories: ['lighting'] },
      { id: 'candle', price: '20.00', categories: ['lighting'] },
    ],
  },
} as const satisfies Record<string, Catalogue>;

type Shop = keyof typeof catalogues;

export type ProductId = (typeof catalogues)[Shop]['products'][number]['id'];

const isShop = (id: string | null): id is Shop => id !== null && Object.hasOwn(catalogues, id);

/** The shop of this tab: the one that the address last named, else the demo's own. */
function thisShop(): Shop {
  const [named, known] = [new URLSearchParams(location.search).get('shop'), sessionStorage.getItem('shop')];
  if (isShop(named)) sessionStorage.setItem('shop', named);
  return [named, known].find(isShop) ?? 'demo';
}

export const SHOP = thisShop();

export const catalogue: Catalogue = catalogues[SHOP];

export const products = catalogue.products as (Product & { id: ProductId })[];

export function isProduct(id: string | null): id is ProductId {
  return products.some((product) => product.id === id);
}

export function productOf(id: ProductId): Product {
  return products.find((product) => product.id === id) ?? { id, price: '0.00', categories: [] };
}
