using System.Net;
using System.Net.Sockets;
using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Udp;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class UdpLinkTests : IDisposable
{
    private readonly Socket _device = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly UdpLinkFactory _factory = new(new(TimeProvider.System, NullLogger<HostResolver>.Instance), NullLogger<UdpLinkFactory>.Instance);

    public UdpLinkTests() => _device.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task A_flush_is_one_datagram()
    {
        await using var link = await OpenAsync();

        await link.Output.WriteAsync("one"u8.ToArray(), Cancellation);
        await link.Output.WriteAsync("two"u8.ToArray(), Cancellation);

        Assert.Equal("one", Text((await HearAsync()).Bytes));
        Assert.Equal("two", Text((await HearAsync()).Bytes));
    }

    [Fact]
    public async Task A_datagram_is_one_read_even_when_several_wait()
    {
        await using var link = await OpenAsync();
        var gateway = await GreetAsync(link);

        foreach (var text in new[] { "first", "second", "third" }) await _device.SendToAsync(System.Text.Encoding.ASCII.GetBytes(text), gateway, Cancellation);

        Assert.Equal("first", Text(await link.Input.ReadOnceAsync()));
        Assert.Equal("second", Text(await link.Input.ReadOnceAsync()));
        Assert.Equal("third", Text(await link.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task What_a_reader_leaves_is_joined_to_the_next_datagram()
    {
        await using var link = await OpenAsync();
        var gateway = await GreetAsync(link);

        await _device.SendToAsync("half "u8.ToArray(), gateway, Cancellation);
        await _device.SendToAsync("whole"u8.ToArray(), gateway, Cancellation);

        Assert.Equal("half whole", Text(await link.Input.ReadExactlyAsync(10)));
    }

    [Fact]
    public async Task The_largest_datagram_passes_whole_and_a_larger_one_is_refused_without_harm()
    {
        await using var link = await OpenAsync();
        var gateway = await GreetAsync(link);
        var large = new byte[UdpLink.LargestDatagram];
        Random.Shared.NextBytes(large);

        await _device.SendToAsync(large, gateway, Cancellation);
        Assert.Equal(large, await link.Input.ReadOnceAsync());

        await Assert.ThrowsAsync<IOException>(async () => await link.Output.WriteAsync(new byte[UdpLink.LargestDatagram + 1], Cancellation));
        await GreetAsync(link);
    }

    [Fact]
    public async Task An_empty_datagram_is_passed_over()
    {
        await using var link = await OpenAsync();
        var gateway = await GreetAsync(link);

        await _device.SendToAsync(ReadOnlyMemory<byte>.Empty, gateway, Cancellation);
        await _device.SendToAsync("after"u8.ToArray(), gateway, Cancellation);

        Assert.Equal("after", Text(await link.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task Datagrams_of_others_do_not_come_in()
    {
        await using var link = await OpenAsync();
        var gateway = await GreetAsync(link);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        await stranger.SendToAsync("forged"u8.ToArray(), gateway, Cancellation);
        await _device.SendToAsync("true"u8.ToArray(), gateway, Cancellation);

        Assert.Equal("true", Text(await link.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task Refusals_are_counted_and_the_link_stays()
    {
        await using var link = (UdpLink)await OpenAsync();
        var here = (IPEndPoint)_device.LocalEndPoint!;
        _device.Dispose();

        while (link.Refusals < 3)
        {
            await link.Output.WriteAsync("anybody?"u8.ToArray(), Cancellation).AsTask().WaitAsync(Soon, Cancellation);
            await Task.Yield();
        }

        Assert.False(link.Ended.IsCompleted);
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        again.Bind(here);
        await link.Output.WriteAsync("back?"u8.ToArray(), Cancellation);
        var heard = await again.ReceiveFromAsync(new byte[64], here, Cancellation).AsTask().WaitAsync(Soon, Cancellation);
        await again.SendToAsync("back"u8.ToArray(), heard.RemoteEndPoint, Cancellation);
        Assert.Equal("back", Text(await link.Input.ReadOnceAsync()));
    }

    [Fact]
    public async Task Abort_completes_the_pending_read_and_later_writes_fail()
    {
        await using var link = await OpenAsync();
        var pending = link.Input.ReadAsync(Cancellation).AsTask();

        link.Abort(LinkEnd.Silent);

        Assert.True((await pending.WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.Equal(LinkEnd.Silent, await link.EndAsync());
        await Assert.ThrowsAsync<IOException>(async () => await link.Output.WriteAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task A_reader_that_stands_still_makes_the_link_hold_one_datagram()
    {
        await using var link = await OpenAsync();
        var gateway = await GreetAsync(link);

        for (var i = 0; i < 2_000; i++) await _device.SendToAsync(new byte[1024], gateway, Cancellation);

        var read = await link.Input.ReadAsync(Cancellation);
        Assert.Equal(1024, read.Buffer.Length);
        link.Input.AdvanceTo(read.Buffer.End);
    }

    private async Task<ILink> OpenAsync() => await _factory.OpenAsync(Address($"udp://{_device.LocalEndPoint}"), null, Cancellation);

    private async Task<EndPoint> GreetAsync(ILink link)
    {
        await link.Output.WriteAsync("hello"u8.ToArray(), Cancellation);
        var (bytes, gateway) = await HearAsync();
        Assert.Equal("hello", Text(bytes));
        return gateway;
    }

    private async Task<(byte[] Bytes, EndPoint From)> HearAsync()
    {
        var buffer = new byte[70_000];
        var heard = await _device.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Cancellation).AsTask().WaitAsync(Soon, Cancellation);
        return (buffer[..heard.ReceivedBytes], heard.RemoteEndPoint);
    }
}
