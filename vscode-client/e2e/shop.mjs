/** The workspace of the tests: a small shop, in which somebody has just moved `taxes` into `pricing`. */

export const SHOP = {
    'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\n',
    'shop/__init__.py': '',
    'shop/cart.py': 'class Cart:\n    items = []\n\n\nclass Voucher: ...\n',
    'shop/pricing/__init__.py': '',
    'shop/pricing/taxes.py': 'RATE = 0.2\n',
    'shop/till.py': 'import json\nfrom shop.cart import Cart\nfrom shop.taxes import RATE\n\nprint(json, Cart, RATE)\n',
    'shop/invoice.py':
        'from shop.cart import Cart, Coupon\nfrom shop.pricing import taxes\n\nprint(Cart, Coupon, taxes)\n',
    'shop/report.py': 'from shop import till\nfrom shop.pricing.taxes import RATE\n\nprint(till, RATE)\n',
}

/** The same before the move: nothing is broken, and three files import `taxes`. */
export const WHOLE_SHOP = {
    ...SHOP,
    'shop/till.py':
        'import json\nfrom shop.cart import Cart\nfrom shop.pricing.taxes import RATE\n\nprint(json, Cart, RATE)\n',
    'shop/invoice.py': 'from shop.cart import Cart\nfrom shop.pricing.taxes import RATE\n\nprint(Cart, RATE)\n',
}
