using System.Buffers;
using System.Text;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Journal;

namespace AvGateway.Bench.Micro;

/// <summary>What one message costs at the three places that every message passes: codec, topic map, publication.</summary>
internal static class Paths
{
    public static int Run()
    {
        Console.WriteLine("| path | ns | bytes allocated |\n|---|---:|---:|");
        Codec();
        Topics();
        Publication();
        return 0;
    }

    private static void Codec()
    {
        var codec = new VideohubCodec();
        var status = new ReadOnlySequence<byte>("VIDEO OUTPUT ROUTING:\n3 7\n\n"u8.ToArray());
        var table = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(
            $"VIDEO OUTPUT ROUTING:\n{string.Concat(Enumerable.Range(0, 40).Select(i => $"{i} {i}\n"))}\n"));
        var frame = new ArrayBufferWriter<byte>(256);
        Measure.Print("videohub: read one changed route", () => Read(codec, status));
        Measure.Print("videohub: read a table of 40 routes", () => Read(codec, table));
        Measure.Print("videohub: write a route", () =>
        {
            frame.ResetWrittenCount();
            codec.Write("VIDEO OUTPUT ROUTING:\n3 7", frame);
        });
    }

    private static void Read(VideohubCodec codec, ReadOnlySequence<byte> bytes)
    {
        if (!codec.TryRead(ref bytes, out _)) throw new BenchException("the block was not read");
    }

    private static void Topics()
    {
        var map = new TopicMap(TopicMap.DefaultRoot, "city");
        var request = map.Request("engineer", "court-1/matrix/do/route");
        var payload = """{"id":"0193a5f0-7b1e","args":{"output":3,"input":7}}"""u8.ToArray();
        var id = new DeviceId("court-1", "matrix");
        Measure.Print("topic map: read a request's topic", () =>
        {
            if (!map.TryReadRequest(request, out _)) throw new BenchException("the topic was not read");
        });
        Measure.Print("topic map: name a property's topic", () => map.Property(id, "output-3"));
        Measure.Print("request: read the payload", () =>
        {
            if (RequestBodyReader.Read(payload, out _) is { } refusal) throw new BenchException(refusal.Title);
        });
        var writer = new AnswerWriter("city");
        Measure.Print("answer: write the final one", () => writer.Final("0193a5f0-7b1e", id, AnswerCodes.Verified, AnswerCodes.Verified.Says, false, new(TimeSpan.FromMilliseconds(3), 1)));
    }

    private static void Publication()
    {
        var bus = new CountingBus();
        var time = new RunningTime();
        using var publisher = new SnapshotPublisher(new(TopicMap.DefaultRoot, "city"), bus, new(bus, new NoRegistry()), new NoNames(), time);
        var device = new StillDevice();
        long sequence = 0;
        Measure.Print("publish: a changed reading, from the driver's report to the bus", () =>
        {
            sequence++;
            publisher.ReadingChanged(device, "output-3", new(sequence % 40, DateTimeOffset.UnixEpoch, Quality.Good, ReadingSource.Push, sequence));
        });
        if (bus.Published < sequence) throw new BenchException("a reading was not published");
    }

    private sealed class CountingBus : IMqttBus
    {
        public long Published { get; private set; }
        public bool IsConnected => true;
        public IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> Retained => [];
        public void Publish(Publication publication) => Published++;
        public Task StartAsync(Publication will, Action<IncomingMessage> onRequest, CancellationToken cancellation) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
    }

    private sealed class NoRegistry : IRetainedRegistry
    {
        public ValueTask<IReadOnlyCollection<string>> LoadAsync(CancellationToken cancellation) => new([]);
        public void Add(string topic) { }
        public void Remove(string topic) { }
    }

    private sealed class NoNames : ISiteNames
    {
        public Names OfRoom(string room) => new(room, room);
        public Names Of(DeviceId device) => new("矩阵", "Matrix");
    }

    /// <summary>A second passes at each look, so that no reading has to wait for its turn.</summary>
    private sealed class RunningTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;
        public override long GetTimestamp() => _now += 1000;
    }

    private sealed class StillDevice : IDevice
    {
        public DeviceId Id { get; } = new("court-1", "matrix");
        public Drivers.DriverManifest Manifest => VideohubDriver.Manifest;
        public DeviceStatus Status { get; } = new(DeviceState.Online, "", "Ready", DateTimeOffset.UnixEpoch);
        public int QueueDepth => 0;
        public DeviceSnapshot Snapshot() => throw new NotSupportedException();
        public int? Extent(string name) => 40;
        public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn) => throw new NotSupportedException();

        public bool TryGetReading(string property, out Reading reading)
        {
            reading = default;
            return false;
        }
    }
}
