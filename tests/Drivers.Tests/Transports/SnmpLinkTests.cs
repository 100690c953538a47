using System.Security.Cryptography;
using AvGateway.Devices;
using AvGateway.Drivers.Tests.Counterparts;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Snmp;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>What the SNMP link adds to a driver's messages, and what it keeps from it.</summary>
public sealed class SnmpLinkTests
{
    private const string Name = "1.3.6.1.2.1.1.5.0";

    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(400), Long = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // RFC 3414, A.3.2.
    [Fact]
    public void Keys_are_those_of_the_standards_example()
    {
        byte[] engine = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

        var key = UsmKeys.OfPassphrase(HashAlgorithmName.SHA1, "maplesyrup");

        Assert.Equal("9FB5CC0381497B3793528939FF788D5D79145211", Convert.ToHexString(key));
        Assert.Equal("6695FEBC9288E36282235FC7151F128497B38F3F", Convert.ToHexString(UsmKeys.Localised(HashAlgorithmName.SHA1, key, engine)));
    }

    [Theory]
    [InlineData("snmp://10.0.0.1:161", null)]
    [InlineData("snmp://10.0.0.1:161?version=2c", null)]
    [InlineData("snmp://clerk@10.0.0.1:161?version=3&auth=sha256&priv=none", null)]
    [InlineData("snmp://10.0.0.1", "port is missing")]
    [InlineData("snmp://10.0.0.1:161?version=1", "not 2c or 3")]
    [InlineData("snmp://10.0.0.1:161?version=3", "needs a user")]
    [InlineData("snmp://clerk@10.0.0.1:161", "knows no user")]
    [InlineData("snmp://10.0.0.1:161?auth=sha", "belong to version=3")]
    [InlineData("snmp://clerk@10.0.0.1:161?version=3&auth=md5", "not sha or sha256")]
    [InlineData("snmp://clerk@10.0.0.1:161?version=3&priv=des", "not aes or none")]
    [InlineData("snmp://10.0.0.1:161?community=x", "no option \"community\"")]
    public void An_address_is_checked(string link, string? finding)
    {
        var findings = SnmpSettings.Check(LinkReading.Address(link)).ToArray();

        if (finding is null) Assert.Empty(findings);
        else Assert.Contains(findings, f => f.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_message_has_an_id_of_its_own_and_only_the_answer_to_the_latest_comes_back_under_the_drivers()
    {
        var far = new InMemoryLink();
        await using var link = new SnmpLink(far, new CommunitySecurity("judge"), firstId: 100);
        await AskAsync(link, $"get 7 {Name}");
        var first = SnmpMessage.Read(far.Take(), out var community);
        await AskAsync(link, $"get 7 {Name}");
        var second = SnmpMessage.Read(far.Take(), out _);
        Assert.Equal(("judge", 101, 102), (community, first.RequestId, second.RequestId));

        await far.WriteAsync(SnmpMessage.Write("judge", first with { Kind = SnmpPdu.Response }));
        await far.WriteAsync(SnmpMessage.Write("other", second with { Kind = SnmpPdu.Response }));
        await far.WriteAsync(new byte[] { 0x30, 0x03, 0x02, 0x01, 0x01, 0xFF });
        await far.WriteAsync(SnmpMessage.Write("judge", second with { Kind = SnmpPdu.Response }));
        await far.WriteAsync(SnmpMessage.Write("judge", second with { Kind = SnmpPdu.Response }));

        var answer = await ReadAsync(link);
        Assert.Equal(7, SnmpMessage.Read(answer, out var shown).RequestId);
        Assert.Equal("public", shown);
        Assert.False(link.Input.TryRead(out _));
    }

    [Fact]
    public async Task A_clock_outside_the_window_is_followed_and_the_refused_question_is_not_sent_again()
    {
        await using var court = await CourtAsync();
        await using var link = await OpenAsync(court);
        Assert.NotNull(await SnmpTalk.AskAsync(link, $"get 1 {Name}", Long, Cancellation));

        court.Devices[0].Device.SetSwitch("clock-jump", true);
        Assert.Null(await SnmpTalk.AskAsync(link, $"get 2 {Name}", Briefly, Cancellation));

        Assert.Equal(3, (await SnmpTalk.AskAsync(link, $"get 3 {Name}", Long, Cancellation))!.Id);
    }

    [Fact]
    public async Task A_passphrase_that_was_changed_ends_the_link_and_is_told_by_the_next_one()
    {
        await using var court = await CourtAsync();
        await using var link = await OpenAsync(court);
        court.Devices[0].Device.SetSwitch("rejects-login", true);

        Assert.Null(await SnmpTalk.AskAsync(link, $"get 1 {Name}", Long, Cancellation));
        Assert.True(link.Ended.IsCompleted);
        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(court));
        Assert.Equal(StatusReasons.AccessDenied, refused.Reason);
    }

    [Fact]
    public async Task An_answer_that_was_changed_on_its_way_is_none()
    {
        await using var court = await CourtAsync();
        court.Devices[0].Device.SetSwitch("garbage", false);
        await using var link = await OpenAsync(court);

        court.Devices[0].Device.SetSwitch("garbage", "hex:30");
        Assert.Null(await SnmpTalk.AskAsync(link, $"get 1 {Name}", Briefly, Cancellation));

        court.Devices[0].Device.SetSwitch("garbage", false);
        Assert.NotNull(await SnmpTalk.AskAsync(link, $"get 2 {Name}", Long, Cancellation));
    }

    [Theory, InlineData(null), InlineData("short"), InlineData("long-enough\nshort")]
    public async Task Version_3_without_a_passphrase_that_deserves_the_name_is_refused(string? secret)
    {
        await using var court = await CourtAsync();

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(court, secret));

        Assert.Contains("8 characters", refused.Message, StringComparison.Ordinal);
    }

    private static Task<SimulatedCourt> CourtAsync() => SimulatedCourt.StartAsync(
        [new DeviceSetting("bench", "pdu", "snmp-pdu") { User = "gateway", Password = "signs-it-well" }], TimeProvider.System);

    private static Task<ILink> OpenAsync(SimulatedCourt court) => OpenAsync(court, "signs-it-well");

    private static async Task<ILink> OpenAsync(SimulatedCourt court, string? secret)
    {
        var uri = court.Devices[0].Link.Uri.Replace("snmp://", "snmp://gateway@", StringComparison.Ordinal) + "?version=3";
        var links = LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance);
        return await links.OpenAsync(LinkReading.Address(uri), secret is null ? null : new(secret), Cancellation);
    }

    private static async Task AskAsync(SnmpLink link, string request)
    {
        new Protocols.Snmp.SnmpCodec().Write(request, link.Output);
        await link.Output.FlushAsync(Cancellation);
    }

    private static Task<byte[]> ReadAsync(SnmpLink link) => link.Input.ReadOnceAsync();
}
