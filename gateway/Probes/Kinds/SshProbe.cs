using System.Globalization;
using System.Text.RegularExpressions;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.Ssh;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>A command on a host: its exit code, what it prints, and the number in that. The command is the site file's and runs as the user named there.</summary>
internal sealed partial class SshProbe(SshCommands hosts)
{
    private const string Value = "value";

    public static ProbeKind Kind(ProbeTools tools)
    {
        var hosts = new SshCommands(tools.Time, tools.Names);
        return new("ssh", "A command on a host", "主机命令", "ssh://USER@HOST?hostKey=SHA256:…", new SshProbe(hosts).RunAsync)
        {
            Schemes = ["ssh"],
            DefaultPort = 22,
            TakesSecret = true,
            Check = SshCommands.Check,
            Options =
            [
                new("command", ValueKind.Text, "", "What is run; one that changes nothing", "命令（只读）"),
                new("exit", ValueKind.Integer, 0, "The exit code that is right", "正确的退出码") { Min = 0, Max = 255 },
                new("contains", ValueKind.Text, "", "What it must print", "输出须包含的内容"),
                new("lacks", ValueKind.Text, "", "What it must not print", "输出不得包含的内容"),
                new("disk", ValueKind.Flag, false, "The number is how full something is, in per cent: tells the days until it is full", "数值为已用百分比，推算写满天数"),
            ],
            CheckOptions = options => options["command"].Text.Length == 0 ? ["\"command\" is missing"] : [],
            Measures = [new(Value, "", "The first number that it prints", "输出中的首个数值"), .. DiskMeasures.All, CommonMeasures.OfLatency(8000)],
            Trend = DiskMeasures.Trend,
            Within = TimeSpan.FromSeconds(15),
        };
    }

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var (plan, options) = (turn.Plan, turn.Plan.Options);
        turn.Note($"running \"{options["command"].Text}\"");
        var ran = await hosts.RunAsync(plan.Target!, plan.Secret, options["command"].Text, plan.Within, late);
        var took = CommonMeasures.Took(turn.Elapsed);
        turn.Note($"exit code {ran.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
        foreach (var line in ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(20)) turn.Note($"out: {line.TrimEnd()}");
        foreach (var line in ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(10)) turn.Note($"err: {line.TrimEnd()}");
        var measures = new List<Measured>();
        if (Number().Match(ran.Output) is { Success: true } match && double.TryParse(match.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            measures.Add(new(options["disk"].Flag ? DiskMeasures.Used : Value, number));
        measures.Add(took);
        if (ran.ExitCode != options["exit"].Integer) return ProbeSight.Wrong(
            new($"退出码 {ran.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "无"}，应为 {options["exit"].Integer}", $"exit code {ran.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none"}, should be {options["exit"].Integer}"), [.. measures]);
        if (options["contains"].Text is { Length: > 0 } needed && !ran.Output.Contains(needed, StringComparison.Ordinal)) return ProbeSight.Wrong(new($"输出中没有“{needed}”", $"\"{needed}\" is not printed"), [.. measures]);
        if (options["lacks"].Text is { Length: > 0 } unwanted && ran.Output.Contains(unwanted, StringComparison.Ordinal)) return ProbeSight.Wrong(new($"输出中有“{unwanted}”", $"\"{unwanted}\" is printed"), [.. measures]);
        return ProbeSight.Seen(new("命令正常结束", "the command ended as it should"), [.. measures]);
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?")] private static partial Regex Number();
}
