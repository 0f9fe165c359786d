import { createElement, useState } from 'react';
import './lazy.css';

/** Says that it ran. */
export default function Lazy() {
  const [state] = useState('lazy chunk ran');
  return createElement('p', null, state);
}
