// Passkeys: asks the device, and sends its answer with the page's own form. Without this file the form stays hidden,
// and passphrase and code are there as before.
(() => {
  'use strict';

  const form = document.querySelector('form[data-passkey]');
  if (!form) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  if (!window.PublicKeyCredential || !navigator.credentials) {
    document.querySelectorAll('[data-passkey-none]').forEach((one) => { one.hidden = false; });
    return;
  }
  form.hidden = false;
  document.querySelectorAll('[data-passkey-or]').forEach((one) => { one.hidden = false; });
  // One primary action a page: where there is a passkey form, it is this one.
  document.querySelectorAll('main .button.first').forEach((button) => button.classList.remove('first'));
  const button = form.querySelector('button');
  button.classList.add('first');

  const say = (what) => form.querySelectorAll('[data-say]').forEach((one) => { one.hidden = one.dataset.say !== what; });

  /** What the node asks of the device. */
  async function asked() {
    const answer = await fetch(form.dataset.begin, {
      method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin', redirect: 'error',
    });
    if (!answer.ok) throw new Error('not asked');
    const { publicKey } = await answer.json();
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const list of [publicKey.excludeCredentials, publicKey.allowCredentials]) {
      (list || []).forEach((one) => { one.id = bytes(one.id); });
    }
    return publicKey;
  }

  /** The device's answer as the node reads it. */
  function written(credential) {
    const { response } = credential;
    const parts = form.dataset.passkey === 'create'
      ? { attestationObject: text(response.attestationObject), transports: response.getTransports ? response.getTransports() : [] }
      : { authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: text(response.userHandle) };
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {},
      response: { clientDataJSON: text(response.clientDataJSON), ...parts },
    });
  }

  /** The box for shared computers stands once on the page, and belongs to the other form. */
  function alike() {
    const box = document.querySelector('input[type=checkbox][name=shared]');
    if (form.elements.shared) form.elements.shared.disabled = !box?.checked;
  }

  const reasons = { InvalidStateError: 'known', NotAllowedError: 'refused', AbortError: 'refused' };
  let busy = false;

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.setAttribute('aria-disabled', 'true');
    say('asking');
    let publicKey;
    try {
      publicKey = await asked();
    } catch {
      return ended('failed');
    }
    try {
      form.elements.credential.value = written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
      alike();
      form.submit();
    } catch (error) {
      ended(reasons[error.name] || 'unable');
    }
  });

  function ended(why) {
    busy = false;
    button.removeAttribute('aria-disabled');
    say(why);
  }

  // Back to a page that was kept: what it asked for is over.
  window.addEventListener('pageshow', (event) => { if (event.persisted) ended(''); });
})();
