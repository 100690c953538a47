using System.Globalization;

namespace AvGateway.Drivers.Protocols.Snmp;

/// <summary>What an agent gives for one object.</summary>
public enum SnmpKind { Null, Integer, Text, ObjectId, Address, Counter, Gauge, Ticks, Other, NoSuchObject, NoSuchInstance, EndOfView }

/// <summary>One object and its value: a number, or a text (an object identifier dotted, octets that are no text in hexadecimal digits).</summary>
public readonly record struct SnmpBinding(string Oid, SnmpKind Kind, long Number = 0, string? Text = null)
{
    /// <summary>The agent has this object.</summary>
    public bool IsThere => Kind is not (SnmpKind.NoSuchObject or SnmpKind.NoSuchInstance or SnmpKind.EndOfView or SnmpKind.Null);

    public bool IsNumber => Kind is SnmpKind.Integer or SnmpKind.Gauge or SnmpKind.Counter or SnmpKind.Ticks;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Oid} {Kind} {Number} {Text}").TrimEnd();
}

/// <summary>One response of an agent.</summary>
/// <param name="Status">0, or what is wrong with the binding <paramref name="Index"/> (counted from 1).</param>
public sealed record SnmpReply(int Id, int Status, int Index, IReadOnlyList<SnmpBinding> Bindings)
{
    // RFC 3416, 3: the names that manuals and engineers use.
    private static readonly string[] Names =
    [
        "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength", "wrongEncoding", "wrongValue",
        "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed", "authorizationError", "notWritable", "inconsistentName",
    ];

    public string StatusWords => string.Create(CultureInfo.InvariantCulture, $"{(Status >= 0 && Status < Names.Length ? Names[Status] : "error")} ({Status})");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Status}/{Index} [{string.Join("; ", Bindings)}]");
}
