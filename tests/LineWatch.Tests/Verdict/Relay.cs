using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>
/// A cable that can be made slow: passes every frame from one port of a box to the other, each way, and holds some of them back. The kernel here has no queue
/// that does it.
/// </summary>
internal sealed partial class Relay : IDisposable
{
    private const int EveryProtocol = 0x0300;
    private const int NetworkSpaceKind = 0x40000000;
    private const int LargestFrame = 2048;

    private readonly Socket _left;
    private readonly Socket _right;
    private readonly Random _random = new(20261130);

    private Relay(Socket left, Socket right) => (_left, _right) = (left, right);

    /// <summary>One frame in so many is held back; 0: none.</summary>
    public int OneIn { get; set; }
    public TimeSpan HeldBack { get; set; }

    /// <param name="space">Name of a network namespace with the two ports.</param>
    public static Relay Open(string space, string left, string right)
    {
        Relay? relay = null;
        Exception? failed = null;

        // Sockets stay in the namespace in which they were made; the thread that went there comes to no other use.
        var visitor = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/var/run/netns/{space}");
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkSpaceKind) != 0) throw new IOException($"setns: {Marshal.GetLastPInvokeError()}");
                relay = new(Port(left), Port(right));
            }
            catch (Exception unable) when (unable is IOException or SocketException or NetworkInformationException or InvalidOperationException)
            {
                failed = unable;
            }
        });
        visitor.Start();
        visitor.Join();
        if (failed is not null) throw new InvalidOperationException($"no relay in {space}: {failed.Message}", failed);
        _ = relay!.PassAsync(relay._left, relay._right);
        _ = relay.PassAsync(relay._right, relay._left);
        return relay;
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private static Socket Port(string name)
    {
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)EveryProtocol);
        socket.Bind(new PortEndPoint(IfNameToIndex(name)));
        return socket;
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[LargestFrame];
        try
        {
            while (true)
            {
                var length = await from.ReceiveAsync(buffer, SocketFlags.None);
                var frame = buffer.AsSpan(0, length).ToArray();
                Mend(frame);
                if (OneIn > 0 && _random.Next(OneIn) == 0) _ = SendLaterAsync(to, frame);
                else to.Send(frame);
            }
        }
        catch (Exception over) when (over is ObjectDisposedException or SocketException)
        {
            // The relay is gone.
        }
    }

    private async Task SendLaterAsync(Socket to, byte[] frame)
    {
        await Task.Delay(HeldBack, TimeProvider.System, TestContext.Current.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try { to.Send(frame); }
        catch (Exception over) when (over is ObjectDisposedException or SocketException)
        {
            // As above.
        }
    }

    // The kernel leaves the checksum of UDP to a card that is not there; IPv4 may go without.
    private static void Mend(byte[] frame)
    {
        const int Ethernet = 14, Udp = 17;
        if (frame.Length < 42 || BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) != 0x0800 || frame[Ethernet + 9] != Udp) return;
        var checksum = Ethernet + (frame[Ethernet] & 0x0F) * 4 + 6;
        if (checksum + 2 <= frame.Length) frame.AsSpan(checksum, 2).Clear();
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int space, int kind);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IfNameToIndexNative(string name);

    private static int IfNameToIndex(string name) => IfNameToIndexNative(name) is > 0 and var index ? (int)index : throw new InvalidOperationException($"there is no port {name}");

    /// <summary>A port by its number, as packet(7) wants it.</summary>
    private sealed class PortEndPoint(int index) : EndPoint
    {
        private const int Length = 20;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Length);
            address[2] = 0;
            address[3] = 3;
            for (var i = 0; i < 4; i++) address[4 + i] = (byte)(index >> (8 * i));
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) => new PortEndPoint(BitConverter.ToInt32([socketAddress[4], socketAddress[5], socketAddress[6], socketAddress[7]]));
    }
}
