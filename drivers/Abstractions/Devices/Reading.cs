namespace AvGateway.Devices;

/// <summary>How far a value may be believed: seen on a live link, seen before the link went silent, wished but not readable, never seen.</summary>
public enum Quality { Unknown, Good, Stale, Assumed }

/// <summary>Where a value came from: the device told it unasked, it was asked in a round, or it was read back after a command.</summary>
public enum ReadingSource { Push, Poll, ReadBack }

/// <summary>One value of one property as the device last showed it.</summary>
/// <param name="At">When this value or this quality was first so (UTC).</param>
/// <param name="Sequence">Grows with every change of this gateway's values and never goes back, restarts included (I6).</param>
public readonly record struct Reading(Value Value, DateTimeOffset At, Quality Quality, ReadingSource Source, long Sequence);

/// <summary>A value that somebody wishes a property to have and that the device has not shown yet.</summary>
public sealed record Target(Value Value, string Command, string Caller, DateTimeOffset Until);
