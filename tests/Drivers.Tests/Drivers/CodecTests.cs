using System.Buffers;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Drivers;

/// <summary>What no codec may do, whatever the bytes or the words are.</summary>
public sealed class CodecTests
{
    public static TheoryData<string> Names => Catalog.Names;

    [Theory, MemberData(nameof(Names))]
    public void Noise_never_throws_and_never_stands_still(string name) => Catalog.Manifest(name).Accept(new Fuzzing());

    [Theory, MemberData(nameof(Names))]
    public void A_request_with_a_control_character_of_the_callers_never_becomes_a_second_frame(string name) =>
        Catalog.Manifest(name).Accept(new Injecting());

    private sealed class Fuzzing : IManifestVisitor<bool>
    {
        private const int Rounds = 3000;

        public bool Visit<TReply>(DriverManifest<TReply> manifest)
        {
            var codec = manifest.Create(Catalog.Setup(manifest)).Codec;
            var streams = WireTranscript.Of(manifest.Name).Select(t => t.DeviceStream).Where(s => s.Length > 0).DefaultIfEmpty("x\r\n"u8.ToArray()).ToArray();
            for (var seed = 0; seed < Rounds; seed++) Check(codec, Mutate(streams[seed % streams.Length], new(seed)), seed);
            return true;
        }

        private static void Check<TReply>(IWireCodec<TReply> codec, byte[] noise, int seed)
        {
            var buffer = new ReadOnlySequence<byte>(noise);
            while (true)
            {
                var before = buffer.Length;
                if (!codec.TryRead(ref buffer, out _)) break;
                Assert.True(buffer.Length < before, $"seed {seed}: a reply was read and no byte was taken");
            }
        }

        private static byte[] Mutate(byte[] stream, Random random)
        {
            var start = random.Next(stream.Length);
            var bytes = stream[start..Math.Min(stream.Length, start + random.Next(1, 600))];
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(4) switch
                {
                    0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                    1 when bytes.Length > 1 => [.. bytes[..at], .. bytes[(at + 1)..]],
                    2 => [.. bytes[..at], .. bytes],
                    _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                };
            }

            return bytes;
        }
    }

    private sealed class Injecting : IManifestVisitor<bool>
    {
        private static readonly string[] Evil = ["a\rb", "a\nb\n\nc", "a\r\nb", "a\0b", "a\r\n\r\nb"];

        public bool Visit<TReply>(DriverManifest<TReply> manifest)
        {
            var codec = manifest.Create(Catalog.Setup(manifest)).Codec;
            foreach (var request in Evil)
            {
                var output = new ArrayBufferWriter<byte>();
                Assert.Throws<ArgumentException>(() => codec.Write(request, output));
            }

            return true;
        }
    }
}
