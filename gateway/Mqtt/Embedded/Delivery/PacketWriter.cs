using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using AvGateway.Mqtt.Permissions;
using Microsoft.Extensions.Logging;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Embedded;

/// <summary>
/// Writes an outbox to a connection: many packets to a flush, one writer at a time, and no loop that waits while there is
/// nothing to say, so that an idle client costs nothing.
/// </summary>
internal sealed partial class PacketWriter(
    Outbox outbox, PipeWriter output, MqttPacketFormatterAdapter formatter, TimeProvider time, BrokerMeter meter, Action gone, ILogger log)
    : IThreadPoolWorkItem
{
    private const int FlushAt = 32 * 1024;

    private readonly MqttPublishPacket _publish = new();
    private volatile TopicRights? _rights;
    private int _unflushed;

    /// <summary>Largest packet that the client takes (MQTT 5); 0: any.</summary>
    public uint MaxPacket { get; set; }

    public long BytesSent { get; private set; }

    /// <summary>
    /// Rights of the client as they are now. Looked at once more when a publication leaves, because it may have waited while a
    /// right was taken away.
    /// </summary>
    public void SetRights(TopicRights rights) => _rights = rights;

    /// <summary>Sees to it that what waits is written.</summary>
    public void Wake()
    {
        if (outbox.TryBegin()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                while (_unflushed < FlushAt && outbox.TryTake(done: _unflushed == 0, out var next)) Append(next);
                if (_unflushed == 0) return;

                BytesSent += _unflushed;
                _unflushed = 0;
                var result = await output.FlushAsync();
                if (result.IsCompleted || result.IsCanceled) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            LogGone(log, e.Message);
        }
        catch (Exception e)
        {
            // The one loop of this connection's output: whatever is wrong with a packet ends this connection and no other.
            LogBroken(log, e);
        }

        outbox.Abandon();
        gone();
    }

    private void Append(in NextPacket next)
    {
        if (next.Control is not null)
        {
            Encode(next.Control);
            return;
        }

        var message = next.Message!;
        if (message.IsOver(time.GetTimestamp())) meter.Dropped("expired");
        else if (_rights is { } rights && !rights.MayRead(message.Topic)) meter.Dropped("right-taken-away");
        else if (TryEncode(message, next)) return;
        if (next.PacketId != 0) outbox.Release(next.PacketId);
    }

    private bool TryEncode(Outgoing message, in NextPacket next)
    {
        var publication = message.Publication;
        _publish.Topic = publication.Topic;
        _publish.Payload = new(publication.Payload);
        _publish.PacketIdentifier = next.PacketId;
        _publish.QualityOfServiceLevel = next.PacketId == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce;
        _publish.Retain = next.Retain;
        _publish.SubscriptionIdentifiers = next.Grant!.Identifiers;
        _publish.CorrelationData = publication.Correlation is { } correlation ? ToArray(correlation) : null;
        _publish.MessageExpiryInterval = message.Expires is { } end
            ? (uint)Math.Max(1, Math.Ceiling(time.GetElapsedTime(time.GetTimestamp(), end).TotalSeconds)) : 0;
        if (Encode(_publish))
        {
            meter.Delivered();
            return true;
        }

        // MQTT 5, 3.1.2.11.4: what is too large for the client is dropped as if it had been sent.
        meter.Dropped("too-large-for-client");
        return false;
    }

    private bool Encode(MqttPacket packet)
    {
        var buffer = formatter.Encode(packet);
        var fits = MaxPacket == 0 || buffer.Length <= MaxPacket;
        if (fits)
        {
            output.Write(buffer.Packet);
            foreach (var part in buffer.Payload) output.Write(part.Span);
            _unflushed += buffer.Length;
        }

        formatter.Cleanup();
        return fits;
    }

    private static byte[] ToArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array : bytes.ToArray();

    [LoggerMessage(4201, LogLevel.Debug, "a client went while packets were written to it: {Reason}")]
    private static partial void LogGone(ILogger log, string reason);

    [LoggerMessage(4202, LogLevel.Error, "a packet could not be written; its connection is closed")]
    private static partial void LogBroken(ILogger log, Exception error);
}
