namespace AvGateway.Faults.PowerLoss;

/// <summary>What a process did to its files, as far as a power cut cares.</summary>
public enum CallKind
{
    /// <summary>A name came into being.</summary>
    Create,
    Truncate,
    Write,
    Rename,
    Unlink,

    /// <summary>From here on the system may take its time; only what was there before is promised.</summary>
    SyncBegins,
    SyncEnds,

    /// <summary>The process told the outside something; the text is in the bytes.</summary>
    Told,
}

/// <summary>One step of a system-call log.</summary>
/// <param name="Path">The file, or the folder that is synced.</param>
public sealed record SystemCall(CallKind Kind, string Path)
{
    public byte[] Bytes { get; init; } = [];

    /// <summary>Where the bytes go, or the new length.</summary>
    public long Offset { get; init; }

    /// <summary>New name of a renamed file.</summary>
    public string To { get; init; } = "";

    /// <summary>Thread, so that the two ends of a sync find each other.</summary>
    public int Thread { get; init; }
}
