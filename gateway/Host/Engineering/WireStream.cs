using System.Buffers;
using System.Text.Json;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;
using AvGateway.Operations.Access;

namespace AvGateway.Host.Engineering;

/// <summary>
/// What passes on a device's link, as it passes: one JSON object a line, in the notation of the transcripts. It reads the ring that is kept for
/// evidence, so that a console which looks costs the device nothing; what a codec knows for a secret never came into it.
/// </summary>
internal sealed class WireStream(DeviceFleet fleet, TimeProvider time)
{
    /// <summary>Consoles that may listen at once.</summary>
    private const int MostListeners = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>A page that was left open is let go; its button begins anew.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private int _listeners;

    public void Map(WebApplication app, Door door) =>
        app.MapGet($"{EngineeringSide.Path}/wire/{{room}}/{{device}}", door.Open(Rights.MayReadRecord, (context, _) => Task.FromResult(Open(context))));

    private IResult Open(HttpContext context)
    {
        var id = $"{context.Request.RouteValues["room"]}/{context.Request.RouteValues["device"]}";
        if (fleet.Running.FirstOrDefault(d => d.Id.ToString() == id) is not { } device) throw new DoorException(StatusCodes.Status404NotFound, "there is no such device");
        if (Interlocked.Increment(ref _listeners) > MostListeners)
        {
            Interlocked.Decrement(ref _listeners);
            throw new DoorException(StatusCodes.Status429TooManyRequests, "too many listen already");
        }

        return Results.Stream(async to =>
        {
            try { await FollowAsync(device, to, context.RequestAborted); }
            finally { Interlocked.Decrement(ref _listeners); }
        }, "application/x-ndjson");
    }

    private async Task FollowAsync(RunningDevice device, Stream to, CancellationToken gone)
    {
        var began = time.GetTimestamp();
        var (last, seenThen) = (DateTimeOffset.MinValue, 0);
        var number = 0L;
        using var every = new PeriodicTimer(LookEvery, time);
        try
        {
            await to.FlushAsync(gone);
            do
            {
                // Frames have no number of their own: what came later, and at the same moment what stands behind what was told.
                var frames = device.Frames;
                var lines = new ArrayBufferWriter<byte>();
                var atLast = frames.Count(f => f.At == last);
                foreach (var frame in frames.Where(f => f.At > last).Concat(frames.Where(f => f.At == last).Skip(Math.Min(seenThen, atLast))).OrderBy(f => f.At)) Write(lines, ++number, frame);
                if (frames.Count > 0) (last, seenThen) = (frames[^1].At, frames.Count(f => f.At == frames[^1].At));
                if (lines.WrittenCount == 0) continue;
                await to.WriteAsync(lines.WrittenMemory, gone);
                await to.FlushAsync(gone);
            }
            while (time.GetElapsedTime(began) < Longest && await every.WaitForNextTickAsync(gone));
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            // The page was closed, or the gateway stops.
        }
    }

    private static void Write(ArrayBufferWriter<byte> lines, long number, LinkFrame frame)
    {
        var bytes = new ReadOnlySequence<byte>(frame.Bytes);
        var text = frame.IsHidden ? "***" : WireText.Of(bytes) + (frame.Length > frame.Bytes.Length ? $" … ({frame.Length})" : "");
        lines.Write(JsonSerializer.SerializeToUtf8Bytes(new { n = number, at = frame.At, d = frame.IsSent ? ">" : "<", text }));
        lines.Write("\n"u8);
    }
}
