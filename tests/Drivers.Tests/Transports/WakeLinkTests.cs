using System.Net;
using System.Net.Sockets;
using System.Text;
using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Wake;
using AvGateway.Links;
using AvGateway.Testing.Ssh;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>The look at a PC, its packet and its programs, on real sockets and a real SSH server.</summary>
public sealed class WakeLinkTests
{
    private const string Mac = "a4-bb-6d-01-02-03";

    // The tests of silence take as long as their look; those of an answer must not end for want of a crowded machine's time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private readonly WakeLinkFactory _factory = Factory(Patience);

    [Theory]
    [InlineData("a4-bb-6d-01-02-03")]
    [InlineData("A4:BB:6D:01:02:03")]
    [InlineData("a4bb.6d01.0203")]
    [InlineData("a4bb6d010203")]
    public void A_MAC_address_is_read_in_every_usual_notation(string text)
    {
        Assert.True(MacAddress.TryParse(text, out var mac, out _));
        Assert.Equal(Mac, mac.ToString());
    }

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("?mac=a4-bb-6d-01-02&broadcast=10.1.1.255", "no MAC address")]
    [InlineData("?mac=a4-bb-6d-01-02-0g&broadcast=10.1.1.255", "no MAC address")]
    [InlineData("?mac=a4-bb:6d-01-02-03&broadcast=10.1.1.255", "no MAC address")]
    [InlineData("?mac=a4bb-6d01-0203&broadcast=10.1.1.255", "no MAC address")]
    [InlineData("?mac=ff-ff-ff-ff-ff-ff&broadcast=10.1.1.255", "address of a group")]
    [InlineData("?mac=00-00-00-00-00-00&broadcast=10.1.1.255", "no network card")]
    [InlineData("?mac=a4-bb-6d-01-02-03", "write broadcast=")]
    [InlineData("?mac=a4-bb-6d-01-02-03&broadcast=10.1", "no IPv4 address")]
    [InlineData("?mac=a4-bb-6d-01-02-03&broadcast=10.1.1.255:0", "no IPv4 address")]
    [InlineData("?mac=a4-bb-6d-01-02-03&broadcast=10.1.1.255&port=9", "no option \"port\"")]
    [InlineData("?mac=a4-bb-6d-01-02-03&broadcast=10.1.1.255&hostKey=MD5:aa", "SHA256:")]
    public void What_is_wrong_in_a_link_is_told_before_it_is_opened(string options, string words) =>
        Assert.Contains(_factory.Check(Address("wake://u@10.1.1.60" + options)), finding => finding.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void A_link_without_a_user_is_refused() =>
        Assert.Contains(_factory.Check(Address($"wake://10.1.1.60?mac={Mac}&broadcast=10.1.1.255")), finding => finding.Contains("wake://USER@", StringComparison.Ordinal));

    [Theory]
    [InlineData(null, "")]
    [InlineData("SecureOn: 00-11-22-33-44-55\nsecret of the user", "001122334455")]
    public async Task The_packet_is_six_octets_FF_and_the_address_sixteen_times_three_times_over(string? secret, string tail)
    {
        using var card = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        card.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var pc = Greeter("SSH-2.0-test\r\n");
        await using var link = await OpenAsync(pc, card, secret);

        await link.Output.WriteAsync("wake\n"u8.ToArray(), Cancellation);

        var expected = "FFFFFFFFFFFF" + string.Concat(Enumerable.Repeat("A4BB6D010203", 16)) + tail;
        for (var copy = 0; copy < 3; copy++)
        {
            var heard = new byte[2048];
            var count = await card.ReceiveAsync(heard, SocketFlags.None, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
            Assert.Equal(expected, Convert.ToHexString(heard.AsSpan(0, count)));
        }

        Assert.Equal("sent", await LineAsync(link));
        Assert.Equal(0, card.Available);
    }

    [Fact]
    public async Task A_wrong_password_of_the_card_is_told_without_its_digits()
    {
        using var pc = Greeter("SSH-2.0-test\r\n");

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(pc, pc, "SecureOn: geheim\nx"));

        Assert.Contains("SecureOn", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_tells_up_deaf_refused_and_silent_apart()
    {
        using var pc = Greeter("SSH-2.0-test\r\n");
        await using var link = await OpenAsync(pc, pc, null);
        await using var hasty = await Factory(Silence).OpenAsync(Address(LinkOf(pc, pc)), null, Cancellation);
        Assert.Equal("up", await AskAsync(link, "look"));

        var place = (IPEndPoint)pc.LocalEndPoint!;
        pc.Dispose();
        Assert.StartsWith("refused the PC answers and refuses this port", await AskAsync(link, "look"), StringComparison.Ordinal);

        using (Greeter("220 mail\r\n", place.Port)) Assert.Contains("says something else than an SSH server", await AskAsync(link, "look"), StringComparison.Ordinal);
        using (var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            deaf.Bind(place);
            deaf.Listen(8);
            Assert.Contains("does not greet", await AskAsync(hasty, "look"), StringComparison.Ordinal);
        }

        // A full queue answers nothing, as a host that is off.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(place);
        full.Listen(0);
        using var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(place, Cancellation);
        Assert.Equal("silent", await AskAsync(hasty, "look"));
    }

    [Fact]
    public async Task What_answers_and_is_no_SSH_server_keeps_the_link_shut()
    {
        using var pc = Greeter("220 mail\r\n");

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync(pc, pc, null));

        Assert.Equal(StatusReasons.ConnectFailed, refused.Reason);
        Assert.Contains("is this the PC's SSH server", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", "exit 0")]
    [InlineData("sh -c 'echo a user is logged in >&2; exit 7'", "exit 7 a user is logged in")]
    [InlineData("sh -c 'echo said; exit 1'", "exit 1 said")]
    [InlineData("yes", "unsure the command says without end")]
    public async Task A_command_on_a_real_OpenSSH_server_is_told_with_its_status_and_its_words(string command, string end)
    {
        if (OpenSshServer.Missing is { } why) Assert.Skip(why);
        using var server = await OpenSshServer.StartAsync(command, Cancellation);
        await using var link = await OpenAsync(server, server.Fingerprint, server.Key);

        Assert.Equal("running", await AskAsync(link, "run shutdown -h now"));
        Assert.Equal(end, await LineAsync(link));
    }

    [Fact]
    public async Task A_trial_logs_in_and_runs_nothing()
    {
        if (OpenSshServer.Missing is { } why) Assert.Skip(why);
        var trace = Path.Combine(Path.GetTempPath(), $"avgw-wake-{Guid.NewGuid():N}");
        using var server = await OpenSshServer.StartAsync($"touch {trace}", Cancellation);
        await using var link = await OpenAsync(server, server.Fingerprint, server.Key);

        Assert.Equal("trying", await AskAsync(link, "try"));
        Assert.Equal("ready", await LineAsync(link));
        Assert.False(File.Exists(trace));

        Assert.Equal("running", await AskAsync(link, "run anything"));
        Assert.Equal("exit 0", await LineAsync(link));
        Assert.True(File.Exists(trace));
        File.Delete(trace);
    }

    [Fact]
    public async Task Another_host_key_ends_the_log_in_before_anything_was_said_and_a_wrong_key_after()
    {
        if (OpenSshServer.Missing is { } why) Assert.Skip(why);
        using var server = await OpenSshServer.StartAsync("true", Cancellation);
        using var other = await OpenSshServer.StartAsync("true", Cancellation);
        await using var foreign = await OpenAsync(server, other.Fingerprint, server.Key);
        await using var wrong = await OpenAsync(server, server.Fingerprint, other.Key);

        Assert.Equal("running", await AskAsync(foreign, "run shutdown -h now"));
        var refused = await LineAsync(foreign);
        Assert.StartsWith("not-run host-key ", refused, StringComparison.Ordinal);
        Assert.Contains($"the host shows the key {server.Fingerprint}", refused, StringComparison.Ordinal);

        Assert.Equal("running", await AskAsync(wrong, "run shutdown -h now"));
        Assert.StartsWith("not-run access-denied ", await LineAsync(wrong), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abort_ends_the_link_while_a_program_runs()
    {
        if (OpenSshServer.Missing is { } why) Assert.Skip(why);
        using var server = await OpenSshServer.StartAsync("sleep 600", Cancellation);
        var link = await OpenAsync(server, server.Fingerprint, server.Key);
        Assert.Equal("running", await AskAsync(link, "run x"));
        Assert.StartsWith("failed ", await AskAsync(link, "run y"), StringComparison.Ordinal);

        link.Abort(LinkEnd.Silent);
        link.Abort(LinkEnd.Failed);
        await link.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);

        Assert.Equal(LinkEnd.Silent, await link.EndAsync());
        Assert.Equal("", Text(await link.Input.ReadToEndAsync()));
    }

    /// <summary>A port that says this to whoever connects.</summary>
    private static Socket Greeter(string greeting, int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(8);
        _ = GreetAsync(listener, Encoding.ASCII.GetBytes(greeting));
        return listener;
    }

    private static async Task GreetAsync(Socket listener, byte[] greeting)
    {
        try
        {
            while (true)
            {
                using var accepted = await listener.AcceptAsync(CancellationToken.None);
                await accepted.SendAsync(greeting);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test has closed the port.
        }
    }

    private static WakeLinkFactory Factory(TimeSpan within)
    {
        var resolver = new HostResolver(TimeProvider.System, NullLogger<HostResolver>.Instance);
        return new((address, settings) => new NetworkMachine(address, settings, resolver, TimeProvider.System) { LookWithin = within, EndsWithin = Patience });
    }

    private static string LinkOf(Socket pc, Socket card) =>
        $"wake://u@{pc.LocalEndPoint}?mac={Mac}&broadcast=127.0.0.1:{((IPEndPoint)card.LocalEndPoint!).Port}";

    private Task<ILink> OpenAsync(Socket pc, Socket card, string? secret) => OpenAsync(LinkOf(pc, card), secret);

    private Task<ILink> OpenAsync(OpenSshServer server, string fingerprint, string key) => OpenAsync(
        $"wake://{Environment.UserName}@127.0.0.1:{server.Port}?mac={Mac}&broadcast=127.0.0.1:9&hostKey={fingerprint}", key);

    private async Task<ILink> OpenAsync(string link, string? secret) =>
        await _factory.OpenAsync(Address(link), secret is null ? null : new(secret), Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private static async Task<string> AskAsync(ILink link, string line)
    {
        await link.Output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancellation);
        return await LineAsync(link);
    }

    private static async Task<string> LineAsync(ILink link)
    {
        var line = new List<byte>();
        while (true)
        {
            var read = await link.Input.ReadAtLeastAsync(1, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
            Assert.False(read.Buffer.IsEmpty, "the link has ended");
            var one = read.Buffer.FirstSpan[0];
            link.Input.AdvanceTo(read.Buffer.GetPosition(1));
            if (one == (byte)'\n') return Encoding.UTF8.GetString([.. line]);
            line.Add(one);
        }
    }
}
