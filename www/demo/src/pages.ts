// Which page is which.
import { account } from './account.js';
import { cart } from './cart.js';
import { checkout } from './checkout.js';
import { friend } from './friend.js';
import { index } from './index.js';
import { order } from './order.js';
import { product } from './product.js';

const pages: Record<string, () => void | Promise<void>> = { account, cart, checkout, friend, index, order, product };

export async function page(): Promise<void> {
  await pages[document.body.dataset['page'] ?? '']?.();
}
