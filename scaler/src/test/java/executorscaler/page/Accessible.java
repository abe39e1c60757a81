package executorscaler.page;

/** What a reader of screens or a keyboard would stumble over: the rules of which WCAG checkers say "serious" that can concern a page like ours. */
final class Accessible {

    /** A JavaScript expression: what is wrong, in words. */
    static final String RULES = """
            (() => {
              const wrong = [];
              const text = id => (document.getElementById(id) || {textContent: ''}).textContent;
              const name = e => e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ').map(text).join('').trim() || e.textContent.trim() || e.title;
              const say = (rule, e) => wrong.push(rule + ': ' + e.outerHTML.slice(0, 90));
              for (const e of document.querySelectorAll('body, body *')) {
                if (!e.checkVisibility({visibilityProperty: true})) continue;
                if (e.matches('a[href], button, input, summary, section, dialog, [role], [tabindex]') && !name(e)) say('has no name', e);
                if (e.matches('img:not([alt]), svg:not([aria-hidden=true]):not([aria-label])')) say('has no text beside it', e);
                if (e.matches('a, button') && e.querySelector('a, button, input, [tabindex]')) say('can be pressed inside of what can be pressed', e);
                if (e.matches('[aria-hidden=true]') && e.querySelector('a[href], button, input, [tabindex="0"]')) say('can be reached and not be heard', e);
                if (e.matches('[role=slider]') && ['now', 'min', 'max'].some(one => e.getAttribute('aria-value' + one) === null)) say('has no value', e);
                if (e.matches('ul, ol') && [...e.children].some(child => child.tagName !== 'LI')) say('is no list', e);
                if (e.matches('th') && !e.scope) say('heads nothing', e);
                if (e.tabIndex > 0) say('is out of its order', e);
                for (const reference of ['aria-labelledby', 'aria-describedby', 'aria-controls'])
                  if (e.hasAttribute(reference) && !e.getAttribute(reference).split(' ').every(id => document.getElementById(id))) say('refers to nothing', e);
              }
              const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
              ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => wrong.push('twice: #' + id));
              if (!document.documentElement.lang || !document.title || document.querySelectorAll('main').length !== 1) wrong.push('has no language, title or main part');
              if (/user-scalable=no|maximum-scale/.test(document.querySelector('meta[name=viewport]').content)) wrong.push('cannot be enlarged');
              return wrong;
            })()""";

    private Accessible() {}
}
