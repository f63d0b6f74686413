import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Checkbox,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  Tooltip,
} from '@mantine/core';

const pine: MantineColorsTuple = [
  '#ebf7f4',
  '#d2ece6',
  '#a8dbd0',
  '#79c7b8',
  '#4fb3a1',
  '#2c9c89',
  '#178070',
  '#0f6e62',
  '#0c5a50',
  '#09443d',
];

const slate: MantineColorsTuple = [
  '#f8fafb',
  '#f1f4f6',
  '#e5eaee',
  '#d6dde3',
  '#bfc9d2',
  '#94a1ae',
  '#566370',
  '#414d59',
  '#2b343e',
  '#181f26',
];

const night: MantineColorsTuple = [
  '#d6dde5',
  '#b7c1cc',
  '#98a4b2',
  '#7d8a99',
  '#2f3945',
  '#222b35',
  '#1a2129',
  '#12171d',
  '#0d1116',
  '#090c10',
];

/** Mantine's colours that alerts are given, by the tones of `theme.css` that they are drawn in. */
const tones: Record<string, string> = { yellow: 'warn', red: 'bad', gray: 'idle' };

const still = { transitionProps: { duration: 90 } };

/** Gatescale's look: system fonts, one accent, small steps of space; colours in `theme.css`. */
export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 7 },
  colors: { pine, gray: slate, dark: night },
  black: '#181f26',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Alert: Alert.extend({
      vars: (_, { color }) => {
        const tone = tones[String(color)];
        if (tone === undefined) return { root: {} };
        return {
          root: { '--alert-bg': `var(--${tone}-ground)`, '--alert-color': `var(--${tone})` },
        };
      },
    }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Drawer: Drawer.extend({
      defaultProps: { ...still, position: 'right', size: 'md', lockScroll: false },
    }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'description', 'input', 'error'] },
    }),
    Menu: Menu.extend({ defaultProps: { ...still, shadow: 'md', position: 'bottom-end' } }),
    Modal: Modal.extend({ defaultProps: { ...still, centered: true, lockScroll: false } }),
    Popover: Popover.extend({ defaultProps: { ...still, shadow: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false } }),
  },
});
