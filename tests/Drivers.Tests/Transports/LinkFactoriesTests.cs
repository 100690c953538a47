using AvGateway.Drivers.Transports;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class LinkFactoriesTests
{
    private readonly LinkFactories _all = LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance);

    [Fact]
    public void The_built_in_schemes_are_there() => Assert.Equal(["http", "https", "modbus+serial", "modbus+tcp", "serial", "sip", "snmp", "ssh", "tcp", "udp", "wake", "ws", "wss"], _all.Schemes.Order());

    [Theory]
    [InlineData("tcp://h", "the port is missing")]
    [InlineData("udp://h", "the port is missing")]
    [InlineData("serial:/dev/ttyS0?baud=0", "baud=0")]
    [InlineData("sip:codec@h;transport=sctp", "none of udp, tcp, tls")]
    [InlineData("sip:codec@h;transport=tls", "needs pin=SHA256")]
    [InlineData("sip:codec@h;pin=00", "is for transport=tls")]
    [InlineData("sip:codec@h;lr=on", "no parameter \"lr\"")]
    [InlineData("sip:a b@h", "cannot stand in a SIP address")]
    [InlineData("sip:codec@h;account=a%", "cannot stand in a SIP address")]
    public void Each_scheme_is_checked_by_its_factory(string address, string finding) =>
        Assert.Contains(finding, Assert.Single(_all.Check(Address(address))), StringComparison.Ordinal);

    [Fact]
    public async Task An_unknown_scheme_is_told_with_the_known_ones()
    {
        var address = Address("telnet://10.1.1.1:23");
        const string told = "the scheme \"telnet\" is not known; known are http, https, modbus+serial, modbus+tcp, serial, sip, snmp, ssh, tcp, udp, wake, ws, wss";

        Assert.Equal([told], _all.Check(address));
        var refused = await Assert.ThrowsAsync<LinkException>(async () => await _all.OpenAsync(address, null, Cancellation));
        Assert.Equal(told, refused.Message);
    }

    [Fact]
    public void Two_factories_of_one_scheme_are_refused() => Assert.Throws<ArgumentException>(() => new LinkFactories([_all, _all]));
}
