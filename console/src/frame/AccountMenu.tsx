import { Menu, SegmentedControl, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconBook, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { frame } from '#texts/frame';
import { useMe } from '../me/me.ts';
import { signOut } from '../me/signOut.ts';
import classes from './frame.module.css';

export function AccountMenu() {
  const me = useMe();
  return (
    <Menu width={230}>
      <Menu.Target>
        <UnstyledButton className={classes['account']} aria-label={frame.account}>
          {me.name.slice(0, 1).toUpperCase()}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes['who']}>
          <Text fw={600} size="sm">
            {me.name}
          </Text>
          <Text c="dimmed" size="xs">
            {[me.email, me.role].filter(Boolean).join(' · ')}
          </Text>
        </div>
        <ThemeChoice />
        <Menu.Divider />
        <Menu.Item leftSection={<IconUserCircle size={15} />} component="a" href="/account">
          {frame.myAccount}
        </Menu.Item>
        <Menu.Item leftSection={<IconBook size={15} />} component="a" href="/docs">
          {frame.reference}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          {frame.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ThemeChoice() {
  // Keeping transitions spares Mantine a <style> of its own.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <div className={classes['theme']}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={frame.theme}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
        data={[
          { value: 'light', label: frame.themes.light },
          { value: 'dark', label: frame.themes.dark },
          { value: 'auto', label: frame.themes.auto },
        ]}
      />
    </div>
  );
}
