using System.Globalization;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>
/// Links <c>modbus+tcp://HOST:502/UNIT</c> and <c>modbus+serial:/dev/ttyS1?baud=9600&amp;parity=even/UNIT</c>: the unit stands behind the last slash.
/// </summary>
internal static class ModbusAddress
{
    public const string TcpScheme = "modbus+tcp", SerialScheme = "modbus+serial";

    private const int LastUnit = 247;

    /// <summary>The link without its unit, as the transport below knows it.</summary>
    public static LinkAddress Way(LinkAddress address, out string? unit)
    {
        if (address.Scheme == TcpScheme)
        {
            unit = address.Path.TrimStart('/');
            return address with { Scheme = "tcp", Path = "" };
        }

        unit = null;
        var path = address.Path;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in address.Options)
        {
            // The unit hangs on the option that was written last, wherever the defaults have been sorted in.
            var slash = value.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0) unit = value[(slash + 1)..];
            options[name] = slash < 0 ? value : value[..slash];
        }

        if (unit is null && path.LastIndexOf('/') is > 0 and var last && path.AsSpan(last + 1).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            unit = path[(last + 1)..];
            path = path[..last];
        }

        return address with { Scheme = "serial", Path = path, Options = options };
    }

    public static IEnumerable<string> Check(LinkAddress address, ILinkFactory below)
    {
        var way = Way(address, out var unit);
        if (!TryUnit(unit, out _))
        {
            var form = address.Scheme == TcpScheme ? "modbus+tcp://HOST:502/UNIT" : "modbus+serial:/dev/ttyS1?baud=9600/UNIT";
            yield return $"\"{unit}\" is no unit of 1..{LastUnit}; write {form}";
        }

        foreach (var finding in below.Check(way)) yield return finding;
    }

    public static byte UnitOf(LinkAddress address, ILinkFactory below, out LinkAddress way)
    {
        if (Check(address, below).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        way = Way(address, out var unit);
        return TryUnit(unit, out var number) ? number : throw new LinkException(StatusReasons.ConnectFailed, $"{address}: no unit");
    }

    // Zero is everybody, and nobody answers; above 247 is reserved.
    private static bool TryUnit(string? text, out byte unit) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out unit) && unit is >= 1 and <= LastUnit;
}
