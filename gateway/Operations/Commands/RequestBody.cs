using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>How an argument stood in the payload.</summary>
public enum ArgumentShape
{
    /// <summary>A scalar; <see cref="RawArgument.Value"/> holds it.</summary>
    Scalar,

    /// <summary>An object or an array.</summary>
    Composite,

    /// <summary>A string with half a surrogate pair.</summary>
    BrokenText,
}

/// <summary>One member of <c>args</c> before it is checked against anything.</summary>
public readonly record struct RawArgument(string Name, Value Value, ArgumentShape Shape = ArgumentShape.Scalar);

/// <summary>A request's payload as it was read: nothing in it is checked but its form.</summary>
/// <param name="Id">The payload's own <c>id</c>; null when it has none.</param>
/// <param name="Ttl">The payload's own <c>ttl</c>; null when it has none.</param>
public sealed record RequestBody(IReadOnlyList<RawArgument> Args, string? Id = null, TimeSpan? Ttl = null)
{
    public static readonly RequestBody Empty = new([]);

    /// <summary>Largest payload in bytes.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Deepest nesting, the outermost object being one.</summary>
    public const int MostLevels = 16;
}
