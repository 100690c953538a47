using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using AvGateway.Links;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>Reading and waiting with a deadline.</summary>
internal static class LinkReading
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<LinkEnd> EndAsync(this ILink link) => link.Ended.WaitAsync(Soon, Cancellation);

    public static LinkAddress Address(string text) =>
        LinkAddress.TryParse(text, out var address, out var why) ? address : throw new ArgumentException(why, nameof(text));

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);

    /// <summary>One read, all of it consumed.</summary>
    public static async Task<byte[]> ReadOnceAsync(this PipeReader reader)
    {
        var result = await reader.ReadAsync(Cancellation).AsTask().WaitAsync(Soon, Cancellation);
        var bytes = result.Buffer.ToArray();
        reader.AdvanceTo(result.Buffer.End);
        return bytes;
    }

    public static async Task<byte[]> ReadExactlyAsync(this PipeReader reader, int count)
    {
        var result = await reader.ReadAtLeastAsync(count, Cancellation).AsTask().WaitAsync(Soon, Cancellation);
        Assert.True(result.Buffer.Length >= count, $"{result.Buffer.Length} of {count} bytes came before the end");
        var bytes = result.Buffer.Slice(0, count).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Everything until the link's input completes.</summary>
    public static async Task<byte[]> ReadToEndAsync(this PipeReader reader)
    {
        var all = new List<byte>();
        while (true)
        {
            var result = await reader.ReadAsync(Cancellation).AsTask().WaitAsync(Soon, Cancellation);
            all.AddRange(result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return [.. all];
        }
    }
}
