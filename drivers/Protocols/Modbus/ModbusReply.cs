using System.Buffers.Binary;
using System.Globalization;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>One answer of a unit.</summary>
/// <param name="Function">The function that was asked for.</param>
/// <param name="Exception">0, or why not.</param>
/// <param name="Data">What was read, without its count of bytes; for a write, the address and the value that are echoed.</param>
public sealed record ModbusReply(int Transaction, int Function, int Exception, byte[] Data)
{
    // Modbus application protocol, 7.
    private static readonly string[] Names =
    [
        "", "illegal function", "illegal data address", "illegal data value", "server device failure", "acknowledge", "server device busy", "", "memory parity error",
        "", "gateway path unavailable", "gateway target failed to respond",
    ];

    /// <summary>The unit would do it later.</summary>
    public bool IsBusy => Exception is 5 or 6;

    public string ExceptionWords => string.Create(CultureInfo.InvariantCulture, $"{(Exception < Names.Length ? Names[Exception] : "exception")} ({Exception:X2})");

    public int Registers => Data.Length / 2;

    public bool Bit(int index) => index / 8 < Data.Length && (Data[index / 8] & (1 << (index % 8))) != 0;

    public ushort Register(int index) => BinaryPrimitives.ReadUInt16BigEndian(Data.AsSpan(index * 2));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Transaction} f{Function} e{Exception} {Convert.ToHexString(Data)}");
}
