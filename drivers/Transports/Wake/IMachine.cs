namespace AvGateway.Drivers.Transports.Wake;

/// <summary>A PC as it can be seen and reached from here.</summary>
internal interface IMachine
{
    /// <summary>One look, over after <see cref="WakeLink.LookWithin"/> at the latest.</summary>
    Task<Sight> LookAsync(CancellationToken cancellation);

    /// <summary>Sends the magic packet. Null, or why it could not leave.</summary>
    Task<string?> WakeAsync(CancellationToken cancellation);

    /// <summary>Logs in and runs a command; null logs in and out again.</summary>
    Task<ProgramEnd> RunAsync(string? command, CancellationToken cancellation);
}

internal enum SightKind
{
    /// <summary>Its SSH server greets.</summary>
    Up,

    /// <summary>Nothing answers: it is off, or something between is.</summary>
    Silent,

    /// <summary>It answers, and nobody listens where its SSH server should.</summary>
    Refused,

    /// <summary>Somebody listens there and says nothing that an SSH server says.</summary>
    Deaf,

    /// <summary>This machine has no way to look. It tells nothing about the PC.</summary>
    Blind,
}

/// <param name="Words">For people; empty where the kind says it all.</param>
internal readonly record struct Sight(SightKind Kind, string Words = "");

internal enum ProgramEndKind
{
    /// <summary>It ended and told its status.</summary>
    Exited,

    /// <summary>It was started, and how it ended is not known: a PC that goes down takes the connection with it.</summary>
    Unsure,

    /// <summary>It was not started.</summary>
    NotRun,
}

/// <param name="Status">With <see cref="ProgramEndKind.Exited"/>.</param>
/// <param name="Reason">With <see cref="ProgramEndKind.NotRun"/>: a code of <see cref="Devices.StatusReasons"/>.</param>
internal readonly record struct ProgramEnd(ProgramEndKind Kind, string Words, int Status = 0, string Reason = "");
