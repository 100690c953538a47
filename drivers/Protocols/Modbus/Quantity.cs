using System.Buffers.Binary;
using System.Globalization;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>Where a measured quantity stands and how it is written there, such as <c>input 1 s16 0.1</c>.</summary>
/// <param name="Table">coils, inputs, holding or input, in the words of the protocol.</param>
/// <param name="Address">Counted from 0; documents that say 30001 or 40001 count from 1.</param>
internal sealed record Quantity(string Table, int Address, string Type, double Scale)
{
    private const int SignOffset = 10_000;

    private static readonly string[] Tables = ["coils", "inputs", "holding", "input"];
    private static readonly string[] Types = ["bit", "u16", "s16", "sign-offset", "f32-abcd", "f32-cdab", "f32-badc", "f32-dcba"];

    public bool IsBit => Table is "coils" or "inputs";

    public int Function => Array.IndexOf(Tables, Table) + 1;

    public int Width => Type.StartsWith("f32", StringComparison.Ordinal) ? 2 : 1;

    /// <summary>Null for a text that says nothing sensible.</summary>
    public static Quantity? Read(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 2 or > 4 || !Tables.Contains(words[0])) return null;
        if (!int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var address) || address > ushort.MaxValue - 1) return null;
        var isBit = words[0] is "coils" or "inputs";
        var type = words.Length > 2 ? words[2] : isBit ? "bit" : "s16";
        var scale = 1.0;
        if (words.Length > 3 && (!double.TryParse(words[3], NumberStyles.Float, CultureInfo.InvariantCulture, out scale) || scale == 0)) return null;
        return Types.Contains(type) && isBit == (type == "bit") ? new(words[0], address, type, scale) : null;
    }

    public double Of(ModbusReply reply, int first)
    {
        var at = Address - first;
        return Scale * Type switch
        {
            "bit" => reply.Bit(at) ? 1 : 0,
            "u16" => reply.Register(at),
            "s16" => (short)reply.Register(at),
            "sign-offset" => reply.Register(at) is >= SignOffset and var below ? -(below - SignOffset) : reply.Register(at),
            _ => Float(reply.Data.AsSpan(at * 2, 4)),
        };
    }

    private double Float(ReadOnlySpan<byte> wire)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = wire[Type[4 + i] - 'a'];
        return Math.Round(BinaryPrimitives.ReadSingleBigEndian(bytes), 3);
    }
}
