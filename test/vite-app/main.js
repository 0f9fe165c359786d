import { createElement, lazy, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import './main.css';

const Lazy = lazy(() => import('./lazy.js'));
const app = createElement(Suspense, { fallback: 'waiting' }, createElement(Lazy));
createRoot(document.getElementById('root')).render(app);
