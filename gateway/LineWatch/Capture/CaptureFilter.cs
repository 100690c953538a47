using System.Globalization;
using System.Net;
using System.Text;

namespace AvGateway.LineWatch.Capture;

/// <summary>The one filter, filled in with numbers and with addresses that were read as such.</summary>
internal static class CaptureFilter
{
    /// <exception cref="ArgumentException">A number or an address is none.</exception>
    public static string Of(WatchPlan plan)
    {
        var text = new StringBuilder("icmp or icmp6 or arp or ");
        text.Append(plan.FirstMediaPort <= 0 ? "udp" : Invariant($"udp portrange {Port(plan.FirstMediaPort)}-{Port(plan.LastMediaPort)}"));
        foreach (var port in plan.SipPorts) text.Append(Invariant($" or port {Port(port)}"));
        foreach (var device in plan.Devices.Take(WatchPlan.MostDevices)) text.Append(Invariant($" or (tcp and host {Address(device)})"));

        // Later fragments have no ports. With a tag every offset behind it moves, so the whole stands twice.
        text.Append(" or (ip[6:2] & 0x1fff != 0)");
        return Invariant($"({text}) or (vlan and ({text}))");
    }

    private static int Port(int port) => port is > 0 and <= ushort.MaxValue ? port : throw new ArgumentException($"{port} is no port", nameof(port));

    private static string Address(string text) =>
        IPAddress.TryParse(text, out var address) && address.ScopeId() == 0 ? address.ToString() : throw new ArgumentException($"\"{text}\" is no address", nameof(text));

    private static long ScopeId(this IPAddress address) => address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? address.ScopeId : 0;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
