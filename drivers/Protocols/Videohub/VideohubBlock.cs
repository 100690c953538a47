using System.Globalization;

namespace AvGateway.Drivers.Protocols.Videohub;

/// <summary>What a block is about; <see cref="Other"/> is one that this driver has no use for.</summary>
public enum VideohubBlockKind
{
    Other,
    Ack,
    Nak,
    Preamble,
    Device,
    InputLabels,
    OutputLabels,
    OutputLocks,
    OutputRouting,
    EndPrelude,
}

/// <summary>One line of a numbered block: a route (<paramref name="Source"/>), or a label or lock (<paramref name="Text"/>).</summary>
public readonly record struct VideohubLine(int Number, int Source, string? Text)
{
    public override string ToString() => Text is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Number}<{Source}")
        : string.Create(CultureInfo.InvariantCulture, $"{Number}={Text}");
}

/// <summary>What a hub says of itself in its device block; a member that was not told is null.</summary>
/// <param name="Present">The words after <c>Device present:</c> — <c>true</c>, <c>false</c> or <c>needs_update</c>.</param>
public sealed record VideohubUnit(string? Present, string? Model, string? UniqueId, int? Inputs, int? Outputs);

/// <summary>One block of the wire, up to the empty line that ends it.</summary>
public readonly record struct VideohubBlock(VideohubBlockKind Kind, VideohubLine[] Lines, VideohubUnit? Unit = null)
{
    public bool IsAnswer => Kind is VideohubBlockKind.Ack or VideohubBlockKind.Nak;

    public override string ToString() => $"{Kind} {Unit} {string.Join(' ', Lines ?? [])}";
}
