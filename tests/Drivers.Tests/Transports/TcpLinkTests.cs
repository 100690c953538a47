using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Tcp;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class TcpLinkTests : IDisposable
{
    private readonly TcpListener _device = new(IPAddress.Loopback, 0);
    private readonly TcpLinkFactory _factory = new(TimeProvider.System, new(TimeProvider.System, NullLogger<HostResolver>.Instance));

    public TcpLinkTests() => _device.Start();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task Bytes_pass_both_ways()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        using var __ = device;

        await link.Output.WriteAsync("ask\r"u8.ToArray(), Cancellation);
        await device.SendAsync("answer\r"u8.ToArray(), Cancellation);

        var asked = new byte[4];
        await device.ReceiveAsync(asked, Cancellation);
        Assert.Equal("ask\r", Text(asked));
        Assert.Equal("answer\r", Text(await link.Input.ReadExactlyAsync(7)));
    }

    [Fact]
    public async Task What_is_written_between_flushes_leaves_as_one_piece()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        using var __ = device;

        "one "u8.CopyTo(link.Output.GetSpan(4));
        link.Output.Advance(4);
        "two"u8.CopyTo(link.Output.GetSpan(3));
        link.Output.Advance(3);
        await link.Output.FlushAsync(Cancellation);

        var got = new byte[16];
        Assert.Equal(7, await device.ReceiveAsync(got, Cancellation));
        Assert.Equal("one two", Text(got.AsSpan(0, 7)));
    }

    [Fact]
    public async Task A_peer_that_closes_ends_the_link_after_its_last_bytes()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;

        await device.SendAsync("bye"u8.ToArray(), Cancellation);
        device.Dispose();

        Assert.Equal("bye", Text(await link.Input.ReadToEndAsync()));
        Assert.True(link.Ended.IsCompleted, "the reason is known as soon as the input completes");
        Assert.Equal(LinkEnd.ClosedByPeer, await link.Ended);
    }

    [Fact]
    public async Task The_end_is_known_without_anybody_reading()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;

        device.Dispose();

        Assert.Equal(LinkEnd.ClosedByPeer, await link.EndAsync());
    }

    [Fact]
    public async Task A_reset_completes_the_pending_read_and_is_told()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        var pending = link.Input.ReadAsync(Cancellation);
        Assert.False(pending.IsCompleted);

        Reset(device);

        Assert.True((await pending.AsTask().WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.Equal(LinkEnd.Reset, await link.EndAsync());
    }

    [Fact]
    public async Task Writing_after_the_end_fails_with_an_IOException_each_time()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        Reset(device);
        await link.EndAsync();

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<IOException>(async () => await link.Output.WriteAsync(new byte[100], Cancellation));
            link.Output.GetSpan(10);
            link.Output.Advance(10);
            await Assert.ThrowsAsync<IOException>(async () => await link.Output.FlushAsync(Cancellation));
            Assert.Equal(0, link.Output.UnflushedBytes);
        }
    }

    [Fact]
    public async Task The_first_reason_wins()
    {
        var (link, device) = await ConnectAsync();
        using var _ = device;

        link.Abort(LinkEnd.Silent);
        link.Abort(LinkEnd.Failed);
        await link.DisposeAsync();

        Assert.Equal(LinkEnd.Silent, await link.EndAsync());
    }

    [Fact]
    public async Task Abort_and_dispose_from_many_threads_complete_the_pending_read_once()
    {
        var (link, device) = await ConnectAsync();
        using var _ = device;
        var pending = link.Input.ReadAsync(Cancellation).AsTask();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0) link.Abort(LinkEnd.Aborted);
            else await link.DisposeAsync();
        }))).WaitAsync(Soon, Cancellation);

        Assert.True((await pending.WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.Equal(LinkEnd.Aborted, await link.EndAsync());
    }

    [Fact]
    public async Task Abort_frees_a_link_whose_reader_does_not_read()
    {
        var (link, device) = await ConnectAsync();
        using var _ = device;
        var flood = Task.Run(async () => await device.SendAsync(new byte[8 * 1024 * 1024], Cancellation), Cancellation);
        var first = await link.Input.ReadAtLeastAsync(64 * 1024, Cancellation).AsTask().WaitAsync(Soon, Cancellation);
        link.Input.AdvanceTo(first.Buffer.Start, first.Buffer.Start);

        await link.DisposeAsync().AsTask().WaitAsync(Soon, Cancellation);

        await Assert.ThrowsAnyAsync<SocketException>(() => flood.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_the_sender_back()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        using var __ = device;
        device.SendBufferSize = 64 * 1024;
        device.Blocking = false;
        var sent = 0L;

        // The sender stops when the kernel's buffers and the pipe are full, far below what a hoarding link would take.
        while (sent < 256L * 1024 * 1024 && await WritableAsync(device)) sent += device.Send(new byte[64 * 1024]);

        Assert.True(sent < 64L * 1024 * 1024, $"{sent} bytes were taken from a sender nobody reads");
        var read = await link.Input.ReadAsync(Cancellation);
        Assert.InRange(read.Buffer.Length, 1, 256 * 1024);
        link.Input.AdvanceTo(read.Buffer.Start);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_holds_the_writer_back_and_a_cancelled_flush_ends_the_link()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        using var __ = device;
        using var patience = new CancellationTokenSource();

        var writing = WriteUntilBlockedAsync(link.Output, patience.Token);
        Assert.False(writing.IsCompleted, "a write of 64 MiB to a peer that does not read cannot be done");
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Soon, Cancellation));
        Assert.Equal(LinkEnd.Aborted, await link.EndAsync());

        static async Task WriteUntilBlockedAsync(PipeWriter output, CancellationToken cancellation) =>
            await output.WriteAsync(new byte[64 * 1024 * 1024], cancellation);
    }

    [Fact]
    public async Task A_flush_that_is_cancelled_before_it_begins_leaves_the_link_open()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        using var __ = device;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await link.Output.WriteAsync(new byte[1], new CancellationToken(true)));

        Assert.False(link.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_silent_peer_is_noticed_in_time_by_the_options_of_the_socket()
    {
        var (link, device) = await ConnectAsync();
        await using var _ = link;
        using var __ = device;
        var socket = ((TcpLink)link).Socket;
        int Tcp(SocketOptionName name) => (int)socket.GetSocketOption(SocketOptionLevel.Tcp, name)!;

        Assert.True(socket.NoDelay);
        Assert.NotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        var idle = Tcp(SocketOptionName.TcpKeepAliveTime) + (Tcp(SocketOptionName.TcpKeepAliveInterval) * Tcp(SocketOptionName.TcpKeepAliveRetryCount));
        Assert.InRange(TimeSpan.FromSeconds(idle), TimeSpan.FromSeconds(1), TcpOptions.SilenceLimit);
        if (!OperatingSystem.IsLinux()) return;
        var unacknowledged = new byte[sizeof(int)];
        socket.GetRawSocketOption(TcpOptions.ProtocolTcp, TcpOptions.UserTimeoutOption, unacknowledged);
        Assert.Equal(TcpOptions.UserTimeout, TimeSpan.FromMilliseconds(BitConverter.ToInt32(unacknowledged)));
        Assert.InRange(TcpOptions.UserTimeout, TimeSpan.FromSeconds(1), TcpOptions.SilenceLimit);
    }

    [Fact]
    public async Task A_closed_port_is_told_in_words()
    {
        var port = ((IPEndPoint)_device.LocalEndpoint).Port;
        _device.Stop();

        var refused = await Assert.ThrowsAsync<LinkException>(async () => await _factory.OpenAsync(Address($"tcp://127.0.0.1:{port}"), null, Cancellation));

        Assert.Equal(StatusReasons.ConnectFailed, refused.Reason);
        Assert.Contains($"tcp://127.0.0.1:{port}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("refuses this port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_token_bounds_the_opening()
    {
        using var deadline = new CancellationTokenSource();
        await deadline.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _factory.OpenAsync(Here(), null, deadline.Token));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_given_up_after_the_own_limit()
    {
        // A listener whose queue is full answers no further connection request.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!, Cancellation);
        var clock = new HandClock();
        var factory = new TcpLinkFactory(clock, new(clock, NullLogger<HostResolver>.Instance));

        var opening = factory.OpenAsync(Address($"tcp://{full.LocalEndPoint}"), null, Cancellation).AsTask();
        await clock.ArmedAsync(Cancellation);
        clock.Advance(TcpLinkFactory.Patience);

        var late = await Assert.ThrowsAsync<LinkException>(() => opening.WaitAsync(Soon, Cancellation));
        Assert.Contains("no answer", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_address_of_a_name_is_tried_when_the_first_refuses()
    {
        var resolver = new HostResolver(
            TimeProvider.System, NullLogger<HostResolver>.Instance, _ => [IPAddress.Parse("127.0.0.77"), IPAddress.Loopback]);
        var factory = new TcpLinkFactory(TimeProvider.System, resolver);

        await using var link = await factory.OpenAsync(Address($"tcp://matrix.court:{((IPEndPoint)_device.LocalEndpoint).Port}"), null, Cancellation);

        using var device = await _device.AcceptSocketAsync(Cancellation);
        Assert.False(link.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("tcp://10.1.1.1:23", "")]
    [InlineData("tcp://10.1.1.1", "the port is missing")]
    [InlineData("tcp:10.1.1.1", "write tcp://HOST:PORT")]
    [InlineData("tcp://me@10.1.1.1:23", "no user")]
    [InlineData("tcp://10.1.1.1:23/path", "no path")]
    [InlineData("tcp://10.1.1.1:23?baud=9600", "no option \"baud\"")]
    public void Addresses_are_checked(string address, string finding) =>
        Assert.Contains(finding, string.Join('\n', _factory.Check(Address(address))), StringComparison.Ordinal);

    [Fact]
    public void A_good_address_has_no_finding() => Assert.Empty(_factory.Check(Address("tcp://[::1]:23")));

    private LinkAddress Here() => Address($"tcp://{_device.LocalEndpoint}");

    private async Task<(ILink Link, Socket Device)> ConnectAsync()
    {
        var link = await _factory.OpenAsync(Here(), null, Cancellation);
        return (link, await _device.AcceptSocketAsync(Cancellation));
    }

    private static void Reset(Socket device)
    {
        device.LingerState = new(true, 0);
        device.Dispose();
    }

    private static Task<bool> WritableAsync(Socket socket) =>
        Task.Run(() => socket.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite), Cancellation);
}
