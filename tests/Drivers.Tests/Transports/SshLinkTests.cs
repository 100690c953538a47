using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Ssh;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Testing.Ssh;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>The link on a real OpenSSH server, and what only a server of our own can be made to do.</summary>
public sealed class SshLinkTests
{
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(60);

    private readonly SshLinkFactory _factory = new(TimeProvider.System, new(TimeProvider.System, NullLogger<HostResolver>.Instance));

    [Theory, InlineData("off"), InlineData("on")]
    public async Task Bytes_pass_both_ways_with_and_without_a_terminal(string terminal)
    {
        using var server = await ServerAsync("cat");
        await using var link = await OpenAsync($"{server.Link}&pty={terminal}", server.Key);

        await link.Output.WriteAsync("ask\n"u8.ToArray(), Cancellation);

        Assert.StartsWith("ask", Text(await link.Input.ReadExactlyAsync(4)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_passes_both_ways_unchanged()
    {
        using var server = await ServerAsync("cat");
        await using var link = await OpenAsync(server.Link, server.Key);
        var sent = new byte[1024 * 1024];
        new Random(1).NextBytes(sent);

        var writing = link.Output.WriteAsync(sent, Cancellation).AsTask();
        var got = new List<byte>();
        while (got.Count < sent.Length) got.AddRange(await link.Input.ReadOnceAsync());
        await writing;

        Assert.Equal(sent, got);
    }

    [Fact]
    public async Task A_shell_that_ends_ends_the_link_after_its_last_bytes()
    {
        using var server = await ServerAsync("echo bye");
        await using var link = await OpenAsync(server.Link, server.Key);

        Assert.Equal("bye\n", Text(await link.Input.ReadToEndAsync()));
        Assert.True(link.Ended.IsCompleted, "the reason is known as soon as the input completes");
        Assert.Equal(LinkEnd.ClosedByPeer, await link.EndAsync());
        await Assert.ThrowsAsync<IOException>(async () => await link.Output.WriteAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_the_sender_back_and_abort_frees_the_link()
    {
        using var server = await ServerAsync("yes");
        await using var link = await OpenAsync(server.Link, server.Key);
        var read = await link.Input.ReadAtLeastAsync(32 * 1024, Cancellation).AsTask().WaitAsync(Handshake, Cancellation);
        link.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);

        link.Abort(LinkEnd.Silent);
        await link.DisposeAsync().AsTask().WaitAsync(Handshake, Cancellation);

        Assert.Equal(LinkEnd.Silent, await link.EndAsync());
    }

    [Fact]
    public async Task Abort_completes_a_pending_read_once_and_the_first_reason_wins()
    {
        using var server = await ServerAsync("cat");
        var link = await OpenAsync(server.Link, server.Key);
        var pending = link.Input.ReadAsync(Cancellation).AsTask();

        link.Abort(LinkEnd.Silent);
        link.Abort(LinkEnd.Failed);
        await link.DisposeAsync().AsTask().WaitAsync(Handshake, Cancellation);

        Assert.True((await pending.WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.Equal(LinkEnd.Silent, await link.EndAsync());
    }

    [Fact]
    public async Task An_unknown_host_key_is_refused_with_the_fingerprint_to_pin()
    {
        using var server = await ServerAsync("cat");

        var refused = await RefusedAsync(server.Link.Split('?')[0], server.Key);

        Assert.Equal(StatusReasons.HostKey, refused.Reason);
        Assert.Contains($"\"hostKey\": \"{server.Fingerprint}\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_than_the_pinned_one_is_refused()
    {
        using var server = await ServerAsync("cat");
        var other = HostKeys.Fingerprint("another"u8);

        var refused = await RefusedAsync(server.Link.Replace(server.Fingerprint, other, StringComparison.Ordinal), server.Key);

        Assert.Equal(StatusReasons.HostKey, refused.Reason);
        Assert.Contains($"not the pinned {other}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_host_does_not_know_is_access_denied()
    {
        using var server = await ServerAsync("cat");
        using var other = await ServerAsync("cat");

        Assert.Equal(StatusReasons.AccessDenied, (await RefusedAsync(server.Link, other.Key)).Reason);
    }

    [Theory]
    [InlineData("password", "court", true)]
    [InlineData("keyboard-interactive", "court", true)]
    [InlineData("password", "wrong", false)]
    [InlineData("keyboard-interactive", "wrong", false)]
    public async Task A_password_is_given_directly_or_to_a_prompt(string method, string given, bool isRight)
    {
        await using var court = await CourtAsync(method);
        var uri = court.Devices[0].Link.Uri;
        if (!isRight)
        {
            var refused = await RefusedAsync(uri, given);
            Assert.Equal(StatusReasons.AccessDenied, refused.Reason);
            Assert.DoesNotContain(given, refused.Message, StringComparison.Ordinal);
            return;
        }

        await using var link = await OpenAsync(uri, given);
        Assert.StartsWith("Welcome", Text(await link.Input.ReadExactlyAsync(7)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_accepts_and_says_nothing_is_given_up_by_the_caller()
    {
        await using var court = await CourtAsync("password");
        court.Devices[0].Device.SetSwitch("half-open", true);
        using var deadline = new CancellationTokenSource();

        var opening = _factory.OpenAsync(Address(court.Devices[0].Link.Uri), new("court"), deadline.Token).AsTask();
        await deadline.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_told()
    {
        await using var court = await CourtAsync("password");
        await using var link = await OpenAsync(court.Devices[0].Link.Uri, "court");
        await link.Input.ReadOnceAsync();

        court.Devices[0].Device.Reset();

        Assert.Contains(await link.Ended.WaitAsync(Handshake, Cancellation), (LinkEnd[])[LinkEnd.Reset, LinkEnd.ClosedByPeer]);
    }

    [Fact]
    public async Task A_closed_port_is_told_in_words()
    {
        var server = await ServerAsync("cat");
        server.Dispose();

        var refused = await RefusedAsync(server.Link, server.Key);

        Assert.Equal(StatusReasons.ConnectFailed, refused.Reason);
        Assert.Contains("refuses this port", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh://admin@10.1.1.1", "")]
    [InlineData("ssh://10.1.1.1", "needs a user")]
    [InlineData("ssh://a@10.1.1.1/x", "no path")]
    [InlineData("ssh://a@10.1.1.1?hostKey=MD5:aa", "SHA256:")]
    [InlineData("ssh://a@10.1.1.1?hostKey=SHA256:abc", "43 characters")]
    [InlineData("ssh://a@10.1.1.1?pty=yes", "on or off")]
    [InlineData("ssh://a@10.1.1.1?baud=9600", "no option")]
    public void Addresses_are_checked(string address, string finding)
    {
        var findings = _factory.Check(Address(address)).ToList();

        if (finding.Length == 0) Assert.Empty(findings);
        else Assert.Contains(finding, Assert.Single(findings), StringComparison.Ordinal);
    }

    private static async Task<OpenSshServer> ServerAsync(string command)
    {
        if (OpenSshServer.Missing is { } why) Assert.Skip(why);
        return await OpenSshServer.StartAsync(command, Cancellation);
    }

    private static Task<SimulatedCourt> CourtAsync(string method) => SimulatedCourt.StartAsync(
        [
            new DeviceSetting("bench", "it", "cisco-xapi")
            {
                Link = Simulator.Devices.Wires.LinkKind.Ssh,
                User = "gateway",
                Password = "court",
                Options = new() { ["sshAuth"] = method },
            },
        ],
        TimeProvider.System);

    private async Task<ILink> OpenAsync(string link, string secret) =>
        await _factory.OpenAsync(Address(link), new(secret), Cancellation).AsTask().WaitAsync(Handshake, Cancellation);

    private Task<LinkException> RefusedAsync(string link, string secret) => Assert.ThrowsAsync<LinkException>(() => OpenAsync(link, secret));
}
