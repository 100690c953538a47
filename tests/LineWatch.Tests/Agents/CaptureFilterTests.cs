using AvGateway.LineWatch.Capture;

namespace AvGateway.LineWatch.Tests.Agents;

public sealed class CaptureFilterTests
{
    [Fact]
    public void The_filter_is_made_of_numbers_and_addresses() => Assert.StartsWith(
        "(icmp or icmp6 or arp or udp portrange 10000-20000 or port 5060 or (tcp and host 10.1.1.20) or (tcp and host fd00::1)",
        CaptureFilter.Of(new("wan", "eth1") { FirstMediaPort = 10_000, LastMediaPort = 20_000, Devices = ["10.1.1.20", "fd00::1"] }), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.1.1.20 or tcp")]
    [InlineData("10.1.1.20) or (host 0.0.0.0/0")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    public void Nobodys_text_gets_into_it(string device) =>
        Assert.Throws<ArgumentException>(() => CaptureFilter.Of(new("wan", "eth1") { Devices = [device] }));

    [Fact]
    public void A_port_that_is_none_is_refused() => Assert.Throws<ArgumentException>(() => CaptureFilter.Of(new("wan", "eth1") { SipPorts = [70_000] }));
}
