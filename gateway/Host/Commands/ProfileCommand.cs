using System.CommandLine;
using AvGateway.Drivers.Protocols.Profiled;
using AvGateway.Host.Site;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway profile</c>: a device that differs only in its words, described by its site's engineer without a compiler.</summary>
internal static class ProfileCommand
{
    private const long Largest = 256 * 1024;

    public static Command Build()
    {
        var command = new Command("profile", Texts.Say("用一个 JSON 文件描述设备的串口或网络命令，无需编写驱动", "describe a device's commands in a JSON file, without writing a driver"));
        command.Subcommands.Add(Lint());
        command.Subcommands.Add(Doc());
        command.Subcommands.Add(Show());
        return command;
    }

    private static Command Lint()
    {
        var files = new Argument<string[]>("FILE") { Description = Texts.Say("设备描述文件", "profile files"), Arity = ArgumentArity.OneOrMore };
        var lint = new Command("lint", Texts.Say("检查设备描述文件并列出全部问题及改法", "find everything that is wrong with profiles, and what to do about it")) { files };
        lint.SetAction(parsed => parsed.GetRequiredValue(files).Select(Lint).ToArray().Max());
        return lint;
    }

    private static Command Doc()
    {
        var file = new Argument<string>("FILE") { Description = Texts.Say("设备描述文件", "profile file") };
        var doc = new Command("doc", Texts.Say("由设备描述文件生成说明文档（Markdown）", "write the page about a profile (Markdown)")) { file };
        doc.SetAction(parsed =>
        {
            if (Read(parsed.GetRequiredValue(file)) is not { } profile) return ExitCodes.Failed;
            Console.Out.Write(ProfileDocument.Write(profile));
            return ExitCodes.Done;
        });
        return doc;
    }

    private static Command Show()
    {
        var name = new Argument<string>("NAME") { Description = Texts.Say("自带的设备描述名称；默认列出全部", "name of a built-in profile; all names otherwise"), Arity = ArgumentArity.ZeroOrOne };
        var show = new Command("show", Texts.Say("输出自带的设备描述文件，可作范本", "print a built-in profile, to start from")) { name };
        show.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                foreach (var each in BuiltInProfiles.Names()) Console.Out.WriteLine(each);
                return ExitCodes.Done;
            }

            const string prefix = "profile:";
            if (BuiltInProfiles.File(wanted.StartsWith(prefix, StringComparison.Ordinal) ? wanted[prefix.Length..] : wanted) is { } file)
            {
                Console.Out.Write(System.Text.Encoding.UTF8.GetString(file));
                return ExitCodes.Done;
            }

            Console.Error.WriteLine(Texts.Say($"没有名为 {wanted} 的自带设备描述", $"there is no built-in profile \"{wanted}\"") + ": " + string.Join(", ", BuiltInProfiles.Names()));
            return ExitCodes.Failed;
        });
        return show;
    }

    private static int Lint(string path)
    {
        if (Read(path) is not { } profile) return ExitCodes.Failed;
        var manifest = ProfileManifest.Of(profile);
        Console.Error.WriteLine(Texts.Say(
            $"{path}：驱动 {profile.Driver}，{manifest.Verbs.Count} 个动作，{manifest.Properties.Count} 个属性，没有错误{(manifest.CanBeAsked ? "" : "；该设备不能查询，显示值均为假定值")}",
            $"{path}: driver {profile.Driver}, {manifest.Verbs.Count} verbs, {manifest.Properties.Count} properties, no errors{(manifest.CanBeAsked ? "" : "; nothing can be asked of it, so all that it shows is assumed")}"));
        return ExitCodes.Done;
    }

    /// <summary>The findings go to standard output, as those of <c>check</c> do.</summary>
    private static Profile? Read(string path)
    {
        var findings = new List<Finding>();
        Profile? profile = null;
        try
        {
            if (new FileInfo(path).Length > Largest) findings.Add(new(Severity.Error, path, "$", 1, 1, "the file is larger than 256 KiB", "a profile has some dozen lines; see drivers/README.md"));
            else if (JsonReaderAt.Read(File.ReadAllBytes(path), path, findings) is { } root) profile = new ProfilesReader(findings).Read(root);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            findings.Add(new(Severity.Error, path, "$", 1, 1, $"cannot be read: {unreadable.Message}", "check the path and its rights"));
        }

        foreach (var finding in findings) Console.Out.WriteLine(finding);
        if (profile is not null && findings.Count == 0) return profile;
        Console.Error.WriteLine(Texts.Say($"{path}：发现 {findings.Count} 处错误", $"{path}: {findings.Count} error(s)"));
        return null;
    }
}
