namespace AvGateway.Drivers.Protocols.WakeOnLan;

/// <summary>What a line of the link is, by its first word.</summary>
public enum WakeReplyKind
{
    /// <summary>A line of no known form.</summary>
    Text,

    /// <summary><c>up</c>: its SSH server greets.</summary>
    Up,

    /// <summary><c>silent</c>: nothing answers there.</summary>
    Silent,

    /// <summary><c>refused …</c> or <c>deaf …</c>: it has power and no SSH server that could be used.</summary>
    Alive,

    /// <summary><c>blind …</c>: the gateway has no way to look.</summary>
    Blind,

    /// <summary><c>sent</c>: the magic packet has left.</summary>
    Sent,

    /// <summary><c>failed …</c>: what was asked was not done.</summary>
    Failed,

    /// <summary><c>running</c> or <c>trying</c>: how it ends is told later.</summary>
    Begun,

    /// <summary><c>exit N …</c>: the command has ended.</summary>
    Exit,

    /// <summary><c>unsure …</c>: the command was started, and its end is not known.</summary>
    Unsure,

    /// <summary><c>not-run REASON …</c>: the command was not started.</summary>
    NotRun,

    /// <summary><c>ready</c>: a command could be run now.</summary>
    Ready,
}

/// <summary>One line of the link.</summary>
/// <param name="Status">Of a command that has ended.</param>
/// <param name="Reason">Why a command was not started.</param>
/// <param name="Words">For people.</param>
public readonly record struct WakeReply(WakeReplyKind Kind, int Status, string Reason, string Words)
{
    public bool IsSight => Kind is WakeReplyKind.Up or WakeReplyKind.Silent or WakeReplyKind.Alive or WakeReplyKind.Blind;

    public override string ToString() => $"{Kind} {Status} {Reason} {Words}";
}
