namespace AvGateway.Drivers.Conformance;

/// <summary>What a check has to have.</summary>
[Flags]
public enum Needs
{
    Nothing = 0,

    /// <summary>The right to change something, which is taken back.</summary>
    Acts = 1,

    /// <summary>Something that changes can be asked of this device.</summary>
    Act = 2,

    /// <summary>A simulated far end that can be made unkind.</summary>
    Unkindness = 4,

    /// <summary>A hand at the device, or a simulated one.</summary>
    Hand = 8,
}

public enum CheckOutcome { Passed, Failed, Skipped }

/// <summary>One rule of a grade, tried on a live device.</summary>
/// <param name="Rung">The grade that cannot be had without it.</param>
public sealed record Check(string Id, Grade Rung, Needs Needs, Said Says, Func<Subject, Task> Run);

/// <summary>How a check ended.</summary>
public sealed record CheckResult(Check Check, CheckOutcome Outcome, string Detail, TimeSpan Took);

/// <summary>A rule was not kept; the message says what was seen instead.</summary>
public sealed class NotKeptException(string message) : Exception(message);

/// <summary>A check has nothing to do on this device.</summary>
public sealed class NotHereException(string message) : Exception(message);
