using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Snmp;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Drivers.Tests.Counterparts;

/// <summary>Our link and codec against the agent of net-snmp.</summary>
public sealed class SnmpdTests : IDisposable
{
    private const string Name = "1.3.6.1.2.1.1.5.0", Traps = "1.3.6.1.2.1.11.30.0";

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1.5);

    private readonly Folder _folder = new();
    private readonly int _port = Foreign.FreePort(SocketType.Dgram);
    private readonly LinkFactories _links = LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Version_2c_reads_and_writes_with_the_community_of_the_secret()
    {
        await using var agent = await AgentAsync();
        await using var link = await OpenAsync($"snmp://127.0.0.1:{_port}?version=2c", "judge");

        var read = await AskAsync(link, $"get 41 {Name} 1.3.6.1.2.1.1.99.0 {Traps}");
        var written = await AskAsync(link, $"set 42 {Traps} 1");
        var again = await AskAsync(link, $"get 43 {Traps}");

        Assert.Equal((41, "courthouse"), (read!.Id, read.Bindings[0].Text));
        Assert.Equal(SnmpKind.NoSuchObject, read.Bindings[1].Kind);
        Assert.Equal((42, 0), (written!.Id, written.Status));
        Assert.Equal(1, Assert.Single(again!.Bindings).Number);
    }

    [Fact]
    public async Task Version_2c_is_refused_a_write_in_words_and_a_wrong_community_in_silence()
    {
        await using var agent = await AgentAsync();
        await using var reader = await OpenAsync($"snmp://127.0.0.1:{_port}", secret: null);
        await using var stranger = await OpenAsync($"snmp://127.0.0.1:{_port}", "nobody");

        Assert.Equal("noAccess (6)", (await AskAsync(reader, $"set 1 {Traps} 1"))!.StatusWords);
        Assert.Null(await AskAsync(stranger, $"get 1 {Name}"));
    }

    [Theory, InlineData("gateway", "sha"), InlineData("clerk", "sha256")]
    public async Task Version_3_reads_and_writes_sealed_and_signed(string user, string auth)
    {
        await using var agent = await AgentAsync();
        await using var link = await OpenAsync($"snmp://{user}@127.0.0.1:{_port}?version=3&auth={auth}&priv=aes", "signs-it-well\nseals-it-well");

        Assert.Equal("courthouse", (await AskAsync(link, $"get 7 {Name}"))!.Bindings[0].Text);
        Assert.Equal(0, (await AskAsync(link, $"set 8 {Traps} 2"))!.Status);
        Assert.Equal(2, (await AskAsync(link, $"get 9 {Traps}"))!.Bindings[0].Number);
    }

    [Theory]
    [InlineData("gateway", "signs-it-badly\nseals-it-well", "refuses the passphrase")]
    [InlineData("gateway", "signs-it-well\nseals-it-badly", "cannot decrypt")]
    [InlineData("stranger", "signs-it-well\nseals-it-well", "does not know the user")]
    public async Task Version_3_says_what_was_refused(string user, string secret, string words)
    {
        await using var agent = await AgentAsync();

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync($"snmp://{user}@127.0.0.1:{_port}?version=3", secret));

        // An agent may also keep silent about what it could not decrypt.
        Assert.True(refused.Message.Contains(words, StringComparison.Ordinal) || (words == "cannot decrypt" && refused.Reason == StatusReasons.ConnectFailed), refused.Message);
    }

    [Fact]
    public async Task Version_3_follows_an_agent_that_starts_again()
    {
        ILink link;
        await using (var agent = await AgentAsync())
        {
            link = await OpenAsync($"snmp://gateway@127.0.0.1:{_port}?version=3", "signs-it-well\nseals-it-well");
            Assert.NotNull(await AskAsync(link, $"get 1 {Name}"));
            await agent.EndAsync();
        }

        await using (link)
        {
            await using var again = await AgentAsync();

            // The first question is refused for its old count of starts; the report with its digest tells the new one.
            Assert.Null(await AskAsync(link, $"get 2 {Name}"));
            Assert.Equal("courthouse", (await AskAsync(link, $"get 3 {Name}"))!.Bindings[0].Text);
        }
    }

    private async Task<Foreign> AgentAsync()
    {
        _folder.Write("snmpd.conf", $"""
            agentAddress udp:127.0.0.1:{_port}
            rocommunity public
            rwcommunity judge
            sysName courthouse
            createUser gateway SHA signs-it-well AES seals-it-well
            createUser clerk SHA-256 signs-it-well AES seals-it-well
            rwuser gateway authpriv
            rwuser clerk authpriv

            """);
        var agent = Foreign.Start("snmpd", "snmpd", _folder.Path, "-f", "-Lo", "-I", "-smux,-mteTrigger,-mteTriggerConf", "-r");
        await agent.SaysAsync("NET-SNMP version");
        return agent;
    }

    private async Task<ILink> OpenAsync(string link, string? secret)
    {
        Assert.True(LinkAddress.TryParse(link, out var address, out var why), why);
        return await _links.OpenAsync(address, secret is null ? null : new(secret), Cancellation);
    }

    private static Task<SnmpReply?> AskAsync(ILink link, string request) => SnmpTalk.AskAsync(link, request, AnswerWithin, Cancellation);
}

/// <summary>One question through a link, by the driver's own codec.</summary>
internal static class SnmpTalk
{
    public static async Task<SnmpReply?> AskAsync(ILink link, string request, TimeSpan within, CancellationToken cancellation)
    {
        var codec = new SnmpCodec();
        codec.Write(request, link.Output);
        await link.Output.FlushAsync(cancellation);
        using var late = new CancellationTokenSource(within);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            while (true)
            {
                var read = await link.Input.ReadAsync(either.Token);
                var rest = read.Buffer;
                var found = codec.TryRead(ref rest, out var reply);
                link.Input.AdvanceTo(rest.Start, found ? rest.Start : rest.End);
                if (found) return reply;
                if (read.IsCompleted) return null;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return null;
        }
    }
}
