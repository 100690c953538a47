using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using AvGateway.Host.Tls;
using AvGateway.LineWatch.Certificates;
using AvGateway.Mqtt.Topics;
using AvGateway.Store.Journal;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway certificate</c>: a signed extract of what was measured of a line, made where the data are and checked anywhere.</summary>
internal static class CertificateCommand
{
    /// <summary>In the data directory, for its owner alone.</summary>
    public const string KeyFile = "certificate-key.pem";

    private const long LargestFile = 64 * 1024 * 1024;

    public static Command Build() => new("certificate", Texts.Say("线路故障证明", "certificates about the faults of lines")) { BuildMake(), BuildVerify(), BuildKey() };

    private static Option<string> Data() => new("--data") { Description = Texts.Say("网关的数据目录（网关可在运行）", "data directory of a gateway, running or not"), Required = true };

    private static Command BuildMake()
    {
        var line = new Argument<string>("LINE") { Description = Texts.Say("线路编号", "id of the line") };
        var from = new Option<string>("--from") { Description = Texts.Say("起始时间，如 2026-11-23T08:00+08:00", "beginning, for example 2026-11-23T08:00+08:00"), Required = true };
        var until = new Option<string>("--until") { Description = Texts.Say("结束时间（不含）", "end, exclusive"), Required = true };
        var file = new Option<string>("--out") { Description = Texts.Say("写入的文件", "file to write"), Required = true };
        var data = Data();
        var command = new Command("make", Texts.Say("为一段时间出具签名的线路测量证明", "make a signed extract of a line's measurements")) { line, from, until, file, data };
        command.SetAction(parsed => Make(parsed.GetValue(data)!, parsed.GetValue(line)!, parsed.GetValue(from)!, parsed.GetValue(until)!, parsed.GetValue(file)!));
        return command;
    }

    private static Command BuildVerify()
    {
        var file = new Argument<string>("FILE") { Description = Texts.Say("证明文件", "the certificate") };
        var key = new Option<string?>("--key") { Description = Texts.Say("法院公钥的指纹 SHA256:… 或公钥 PEM 文件", "fingerprint SHA256:… of the court's key, or a PEM file with it") };
        var command = new Command("verify", Texts.Say("离线核验证明", "check a certificate; needs no gateway and no network")) { file, key };
        command.SetAction(parsed => Verify(parsed.GetValue(file)!, parsed.GetValue(key)));
        return command;
    }

    private static Command BuildKey()
    {
        var data = Data();
        var command = new Command("key", Texts.Say("显示公钥及指纹", "print the public key and its fingerprint")) { data };
        command.SetAction(parsed =>
        {
            try
            {
                using var key = KeyOf(parsed.GetValue(data)!);
                Console.Out.WriteLine(key.PublicPem);
                Console.Out.WriteLine(key.Fingerprint);
                return ExitCodes.Done;
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
            {
                return CtlCommand.Refuse(unusable.Message);
            }
        });
        return command;
    }

    private static int Make(string data, string line, string fromText, string untilText, string file)
    {
        if (!TryTime(fromText, out var from) || !TryTime(untilText, out var until)) return CtlCommand.Refuse(Texts.Say("时间须带时区，如 2026-11-23T08:00+08:00", "a time needs its zone, for example 2026-11-23T08:00+08:00"));
        if (until <= from || until - from > LineCertificate.LongestWindow) return CtlCommand.Refuse(Texts.Say("时间段须为正且不超过 31 天", "the window must be longer than nothing and no longer than 31 days"));
        if (!TopicId.IsId(line)) return CtlCommand.Refuse(Texts.Say($"“{line}”不是线路编号", $"\"{line}\" is no id of a line"));
        try
        {
            var read = LedgerFile.Read(LineLedger.FolderOf(data), line, from, until);
            foreach (var finding in read.Findings) Console.Error.WriteLine(finding);
            if (read.Findings.Count > 0) return CtlCommand.Refuse(Texts.Say("测量记录已被改动，不能出具证明", "the record of measurements was changed: nothing can be certified"));
            if (read.Rows.Count == 0) return CtlCommand.Refuse(Texts.Say($"该时段没有 {line} 的测量记录（保留 {LineLedger.DaysKept} 天）", $"nothing was measured of {line} in that window ({LineLedger.DaysKept} days are kept)"));
            if (JournalOf(data) is not { } journal) return CtlCommand.Refuse(Texts.Say("运维记录不完整：请执行 journal verify", "the service record is not sound: see \"journal verify\""));
            using var key = KeyOf(data);
            File.WriteAllBytes(file, LineCertificate.Make(new(Hosting.Gateway.GatewayId, from, until, read.Rows, journal.End), key, TimeProvider.System.GetUtcNow()));
            Console.Out.WriteLine(Texts.Say($"{file}：{read.Rows.Count} 分钟，签名密钥 {key.Fingerprint}", $"{file}: {read.Rows.Count} minutes, signed by {key.Fingerprint}"));
            return ExitCodes.Done;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return CtlCommand.Refuse(unusable.Message);
        }
    }

    private static int Verify(string file, string? expected)
    {
        try
        {
            if (new FileInfo(file).Length > LargestFile) return CtlCommand.Refuse(Texts.Say("文件过大", "the file is too large for a certificate"));
            if (expected is not null && !expected.StartsWith("SHA256:", StringComparison.Ordinal))
            {
                using var key = SigningKey.FromPem(File.ReadAllText(expected));
                expected = key.Fingerprint;
            }

            var found = LineCertificate.Verify(File.ReadAllBytes(file), expected);
            if (!found.IsGood) return CtlCommand.Refuse(Texts.Say($"证明无效：{found.Why}", $"not good: {found.Why}"));
            var summary = found.Certificate.GetProperty("summary");
            Console.Out.WriteLine($"{Text(found, "site")} {Text(found, "line")} → {Text(found, "far")} {Text(found, "circuit")}  {Text(found, "from")} … {Text(found, "until")}");
            Console.Out.WriteLine(string.Join("  ", summary.EnumerateObject().Select(m => $"{m.Name} {m.Value.GetRawText()}")));
            Console.Out.WriteLine(Texts.Say($"签名有效，密钥 {found.Fingerprint}", $"the signature is good, key {found.Fingerprint}"));
            if (expected is null) Console.Out.WriteLine(Texts.Say("请与法院公布的指纹核对，或使用 --key", "compare it with the fingerprint that the court has published, or give --key"));
            return ExitCodes.Done;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return CtlCommand.Refuse(unusable.Message);
        }
    }

    private static string? Text(CertificateFinding found, string member) => found.Certificate.GetProperty(member).GetString();

    // Its end when it is sound; without one when it is kept on a server; null when it is not sound.
    private static (JournalEnd? End, bool IsSound)? JournalOf(string data)
    {
        if (!File.Exists(Path.Combine(data, "journal.db"))) return (null, true);
        var verified = JournalVerifier.Verify(data);
        return verified.IsSound ? (new(verified.LastSequence, verified.LastHash), true) : null;
    }

    private static SigningKey KeyOf(string data)
    {
        if (!Directory.Exists(data)) throw new IOException(Texts.Say($"没有数据目录 {data}", $"there is no data directory {data}"));
        var path = Path.Combine(data, KeyFile);
        if (File.Exists(path))
        {
            if (PrivateFile.IsOpenToOthers(path)) throw new CryptographicException(Texts.Say($"{path} 可被他人读取：请执行 chmod 600，并考虑更换", $"{path} can be read by others: chmod 600 it, and think of a new one"));
            return SigningKey.FromPem(File.ReadAllText(path));
        }

        var key = SigningKey.Generate();
        PrivateFile.Write(path, key.ExportPem());
        return key;
    }

    private static bool TryTime(string text, out DateTimeOffset at)
    {
        at = default;
        return text.LastIndexOfAny(['+', 'Z', '-']) > text.IndexOf('T', StringComparison.Ordinal) && text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out at);
    }
}
