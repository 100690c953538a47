using System.CommandLine;
using System.Text.Json;
using AvGateway.Host.Site;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Pcapng;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway line read FILE</c>: what a capture says of its line, with the code that watches a live one.</summary>
internal static class LineCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = Texts.Say("pcap 或 pcapng 文件，也可以是加密的证据文件", "a pcap or pcapng file, or a sealed file of evidence") };
        var json = new Option<bool>("--json") { Description = Texts.Say("以 JSON 输出", "print JSON") };
        var ports = new Option<int[]>("--sip-port") { Description = Texts.Say("SIP 端口，默认 5060", "a port of SIP, 5060 when left out"), AllowMultipleArgumentsPerToken = true };
        var key = new Option<string?>("--key") { Description = Texts.Say("加密文件的密钥引用：file:… 或 env:…", "reference to the key of a sealed file: file:… or env:…") };
        var plain = new Option<string?>("--out") { Description = Texts.Say("把解密后的文件写到这里", "write the opened file here") };
        var read = new Command("read", Texts.Say("分析抓包文件并列出通话、媒体流与 TCP 连接", "analyse a capture: calls, media streams, TCP connections")) { file, json, ports, key, plain };
        read.SetAction(parsed => Read(parsed.GetValue(file)!, parsed.GetValue(json), parsed.GetValue(ports) ?? [], parsed.GetValue(key), parsed.GetValue(plain)));
        return new("line", Texts.Say("传输线路", "transmission lines")) { read };
    }

    private static int Read(string path, bool asJson, int[] ports, string? key, string? plain)
    {
        if (Array.Find(ports, p => p is < 1 or > ushort.MaxValue) is var stray and not 0)
        {
            Console.Error.WriteLine(Texts.Say($"{stray} 不是端口", $"{stray} is no port"));
            return ExitCodes.Usage;
        }

        try
        {
            using var stream = Open(path, key);
            if (plain is not null)
            {
                using var copy = new FileStream(plain, FileMode.CreateNew, FileAccess.Write);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                stream.CopyTo(copy);
                return ExitCodes.Done;
            }

            var bounds = new AnalysisBounds(Streams: 4096, Calls: 4096, Flows: 4096);
            if (ports.Length > 0) bounds = bounds with { SipPorts = ports };
            var picture = CaptureFile.Read(stream, bounds);
            Console.Out.Write(asJson ? JsonSerializer.Serialize(picture, Json) + "\n" : LineTable.Write(picture));
            return ExitCodes.Done;
        }
        catch (Exception unreadable) when (unreadable is CaptureFormatException or SealException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path}: {unreadable.Message}");
            return ExitCodes.Failed;
        }
    }

    private static Stream Open(string path, string? key)
    {
        var file = File.OpenRead(path);
        var beginning = new byte[16];
        var known = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (!SealedEvidence.IsSealed(beginning.AsSpan(0, known))) return file;
        if (key is null) throw new SealException(Texts.Say("文件已加密；请用 --key file:… 给出密钥", "it is sealed; name its key with --key file:…"));
        var secret = SecretReference.Resolve(key, Directory.GetCurrentDirectory(), out var why) ?? throw new SealException(why!);
        return SealedEvidence.Open(file, secret.Reveal());
    }
}
