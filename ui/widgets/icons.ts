/** Which drawing stands for which word: the same icon and word everywhere. Lucide, ISC. */
import type { Component } from "svelte";
import type { LucideProps } from "@lucide/svelte";
import Award from "@lucide/svelte/icons/award";
import Ban from "@lucide/svelte/icons/ban";
import Briefcase from "@lucide/svelte/icons/briefcase";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import Check from "@lucide/svelte/icons/check";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import CircleX from "@lucide/svelte/icons/circle-x";
import Clock from "@lucide/svelte/icons/clock";
import FlaskConical from "@lucide/svelte/icons/flask-conical";
import GraduationCap from "@lucide/svelte/icons/graduation-cap";
import Hourglass from "@lucide/svelte/icons/hourglass";
import Lock from "@lucide/svelte/icons/lock";
import Ticket from "@lucide/svelte/icons/ticket";
import Timer from "@lucide/svelte/icons/timer";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import UserRound from "@lucide/svelte/icons/user-round";

import type { PopulationView } from "../messages/PopulationView";
import type { StateCode } from "../messages/StateCode";
import type { Tone } from "../messages/Tone";

export type LucideIcon = Component<LucideProps>;

export const toneIcon: Record<Tone, LucideIcon> = {
  ok: Check,
  warn: TriangleAlert,
  bad: CircleX,
  wait: Clock,
  off: Ban,
};

export const populationIcon: Record<PopulationView, LucideIcon> = {
  student: GraduationCap,
  staff: Briefcase,
  doctoral: FlaskConical,
  alumni: Award,
  guest: Ticket,
  unknown: UserRound,
};

export const stateIcon: Record<StateCode, LucideIcon> = {
  neverHandedOver: CircleDashed,
  provisionalPending: Hourglass,
  provisionalExpired: Timer,
  active: CircleCheck,
  noRecovery: TriangleAlert,
  lockedByAttempts: Lock,
  disabled: Ban,
  expired: Timer,
  notYetStarted: CalendarClock,
  gracePeriod: Hourglass,
  studiesEnded: Award,
  accessEnding: Hourglass,
  unknown: CircleQuestionMark,
};
