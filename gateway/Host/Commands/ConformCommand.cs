using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Conformance;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Host.Conforming;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Links;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway conform</c>: tries a driver on a real device, or every driver on its simulator, and writes grade cards. Exit 0 when every rule that was tried was kept, 2 when not.</summary>
internal sealed class ConformCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> _driver = new("--driver") { Description = Texts.Say("驱动名称", "name of the driver") };
    private readonly Option<string?> _target = new("--target") { Description = Texts.Say("设备链路，写法同站点文件", "the device's link, as a site file writes it") };
    private readonly Option<string?> _secret = new("--secret") { Description = Texts.Say("密码引用 file:PATH 或 env:NAME", "its password as file:PATH or env:NAME") };
    private readonly Option<string?> _hostKey = new("--host-key") { Description = Texts.Say("远端公钥指纹 SHA256:…", "fingerprint of the far end's key, SHA256:…") };
    private readonly Option<string[]> _options = new("--option") { Description = Texts.Say("驱动选项 NAME=VALUE，可多次", "option of the driver NAME=VALUE, several times") };
    private readonly Option<bool> _acts = new("--acts") { Description = Texts.Say("允许改变设备状态（随后恢复）", "the device may be changed; what was changed is taken back") };
    private readonly Option<string[]> _choices = new("--set") { Description = Texts.Say("允许触及的对象 NAME=VALUE，如 output=8、outlet=3、uri=…", "what may be touched NAME=VALUE, such as output=8, outlet=3, uri=…") };
    private readonly Option<string[]> _rules = new("--rule") { Description = Texts.Say("只检验此规则（不评定等级），可多次", "tries this rule alone and gives no grade; several times") };
    private readonly Option<bool> _hand = new("--hand") { Description = Texts.Say("有人在设备旁，可按要求手动操作", "somebody stands at the device and does by hand what is asked") };
    private readonly Option<string?> _hardware = new("--hardware") { Description = Texts.Say("厂商、型号与固件", "vendor, model and firmware") };
    private readonly Option<string?> _transcripts = new("--transcripts") { Description = Texts.Say("通信记录目录（含每个协议的子目录）", "folder with a folder of transcripts for each protocol") };
    private readonly Option<string?> _package = new("--package") { Description = Texts.Say("第三方驱动包文件夹", "folder of a package with the driver") };
    private readonly Option<string?> _cards = new("--cards") { Description = Texts.Say("将等级卡（JSON）写入此目录", "folder that the grade cards are written to, as JSON") };
    private readonly Option<bool> _json = new("--json") { Description = Texts.Say("输出 JSON", "print JSON") };
    private readonly Option<bool> _simulated = new("--simulated", "--all") { Description = Texts.Say("在仿真设备上评定所有（或指定）内置驱动", "every built-in driver, or the one named, on its simulator") };
    private readonly Option<string?> _table = new("--table") { Description = Texts.Say("与 --simulated 一起：重写此文档中的等级表", "with --simulated: writes the table of grades in this document anew") };

    public static Command Build()
    {
        var it = new ConformCommand();
        var command = new Command("conform", Texts.Say("在真实或仿真设备上检验驱动并给出等级卡", "try a driver on a real or simulated device and write its grade card"))
        {
            it._driver, it._target, it._secret, it._hostKey, it._options, it._acts, it._choices, it._rules, it._hand, it._hardware, it._transcripts, it._package, it._cards, it._json, it._simulated, it._table,
        };
        command.Validators.Add(result =>
        {
            var known = Enum.GetValues<DeviceClass>().SelectMany(Checks.Of).Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var rule in (result.GetValue(it._rules) ?? []).Where(r => !known.Contains(r))) result.AddError(Texts.Say($"没有规则 {rule}；有：", $"there is no rule \"{rule}\"; there are ") + string.Join(", ", known));
            if (result.GetValue(it._rules) is { Length: > 0 } && result.GetValue(it._table) is not null) result.AddError(Texts.Say("--rule 不评定等级，不能与 --table 同用", "--rule gives no grades: leave --table out"));
            var isSimulated = result.GetValue(it._simulated);
            if (isSimulated == result.GetValue(it._target) is not null) result.AddError(Texts.Say("请给出 --driver 与 --target，或 --simulated", "give --driver and --target, or --simulated"));
            else if (!isSimulated && result.GetValue(it._driver) is null) result.AddError(Texts.Say("缺少 --driver", "--driver is missing"));
        });
        command.SetAction(it.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (Catalog(parsed) is not { } catalog) return ExitCodes.Failed;
        var name = parsed.GetValue(_driver);
        var driver = name is null ? null : catalog.Find(name);
        if (name is not null && driver is null)
        {
            await Console.Error.WriteLineAsync(Texts.Say($"没有名为 {name} 的驱动", $"there is no driver \"{name}\"") + ": " + string.Join(", ", catalog.Manifests.Select(m => m.Name)));
            return ExitCodes.Failed;
        }

        IReadOnlyList<GradeCard> cards;
        if (parsed.GetValue(_simulated))
        {
            if (driver is not null && !SimulatedGrading.IsSimulated(driver))
            {
                await Console.Error.WriteLineAsync(Texts.Say($"没有 {name} 的仿真设备；请用 --target 指定真实设备", $"there is no simulated device for {name}: give a real one with --target"));
                return ExitCodes.Failed;
            }

            cards = await SimulatedGrading.RunAsync(driver is null ? catalog.Manifests : [driver], parsed.GetValue(_transcripts), card =>
            {
                if (!parsed.GetValue(_json)) Console.Out.WriteLine(card.ToText(Texts.IsChinese));
            }, stop, Rules(parsed));
        }
        else
        {
            if (Plan(parsed, driver!, out var wrong) is not { } plan)
            {
                foreach (var each in wrong) await Console.Error.WriteLineAsync(each);
                return ExitCodes.Failed;
            }

            var logs = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
            var card = await ConformanceKit.RunAsync(plan, Parts.Links(TimeProvider.System, logs), TimeProvider.System, told: null, stop);
            if (!parsed.GetValue(_json)) Console.Out.WriteLine(card.ToText(Texts.IsChinese));
            cards = [card];
        }

        return await WriteAsync(parsed, cards, stop);
    }

    private async Task<int> WriteAsync(ParseResult parsed, IReadOnlyList<GradeCard> cards, CancellationToken stop)
    {
        if (parsed.GetValue(_json)) Console.Out.WriteLine(new JsonArray([.. cards.Select(c => JsonNode.Parse(c.ToJson()))]).ToJsonString(Indented));
        if (parsed.GetValue(_cards) is { } folder)
        {
            Directory.CreateDirectory(folder);
            foreach (var card in cards) await File.WriteAllTextAsync(Path.Combine(folder, $"{card.Plan.Manifest.Name}.json"), card.ToJson() + "\n", stop);
        }

        if (parsed.GetValue(_table) is { } document && parsed.GetValue(_simulated))
            await File.WriteAllTextAsync(document, GradeTable.Write(await File.ReadAllTextAsync(document, stop), cards), stop);
        return cards.Any(c => c.HasFindings) ? ExitCodes.Findings : ExitCodes.Done;
    }

    private DriverCatalog? Catalog(ParseResult parsed)
    {
        if (parsed.GetValue(_package) is not { } folder) return Parts.Catalog;
        var refusals = new List<PackageRefusal>();
        var drivers = Directory.Exists(folder) ? Parts.Packages.Load(new("package", Path.GetFullPath(folder), PackageFolder.Hashes(folder), Brings: null), refusals) : null;
        foreach (var refusal in refusals) Console.Error.WriteLine($"{refusal.Message}; {refusal.Remedy}");
        if (drivers is null && refusals.Count == 0) Console.Error.WriteLine(Texts.Say($"没有文件夹 {folder}", $"there is no folder {folder}"));
        return drivers is null ? null : Parts.Catalog.With(drivers);
    }

    private ConformancePlan? Plan(ParseResult parsed, DriverManifest driver, out List<string> wrong)
    {
        wrong = [];
        if (!LinkAddress.TryParse(parsed.GetValue(_target)!, out var link, out var why))
        {
            wrong.Add(why);
            return null;
        }

        if (driver.Links.FirstOrDefault(l => l.Scheme == link.Scheme) is not { } kind)
            wrong.Add($"{driver.Name}: {link.Scheme}? {string.Join(", ", driver.Links.Select(l => l.Scheme))}");
        else link = DeviceReader.WithDefaults(link, kind);
        if (parsed.GetValue(_hostKey) is { } key) link = link with { Options = new Dictionary<string, string>(link.Options, StringComparer.Ordinal) { [HostKeys.Option] = key } };
        wrong.AddRange(Parts.Links().Check(link));
        Secret? secret = null;
        if (parsed.GetValue(_secret) is { } reference && (secret = SecretReference.Resolve(reference, Directory.GetCurrentDirectory(), out var lacking)) is null) wrong.Add(lacking!);
        var options = Given(parsed.GetValue(_options), name => driver.Options.FirstOrDefault(o => o.Name == name)?.Kind, wrong);
        wrong.AddRange(driver.Options.Where(o => o.Required && !options.TryGet(o.Name, out _)).Select(o => $"--option {o.Name}=…: {Texts.Say(o.Zh, o.En)}"));
        var choices = Given(parsed.GetValue(_choices), _ => ValueKind.None, wrong);
        if (wrong.Count > 0) return null;
        return new(driver, link, driver.OptionsWith(options), secret)
        {
            MayAct = parsed.GetValue(_acts),
            Choices = choices,
            Only = Rules(parsed),
            Hand = parsed.GetValue(_hand) ? new Bystander() : null,
            Hardware = parsed.GetValue(_hardware),
            Transcripts = parsed.GetValue(_transcripts) is { } folder ? Path.Combine(folder, driver.Name) : null,
        };
    }

    private string[]? Rules(ParseResult parsed) => parsed.GetValue(_rules) is { Length: > 0 } rules ? rules : null;

    private static Arguments Given(string[]? pairs, Func<string, ValueKind?> kindOf, List<string> wrong)
    {
        var given = Arguments.None;
        foreach (var pair in pairs ?? [])
        {
            if (pair.Split('=', 2) is not [{ Length: > 0 } name, var text]) wrong.Add(Texts.Say($"\"{pair}\" 应写作 NAME=VALUE", $"\"{pair}\" is not NAME=VALUE"));
            else if (kindOf(name) is not { } kind) wrong.Add(Texts.Say($"没有选项 {name}", $"there is no option \"{name}\""));
            else if (Read(kind, text) is not { } value) wrong.Add(Texts.Say($"{name} 的值 \"{text}\" 不合适", $"\"{text}\" does not fit {name}"));
            else given = given.With(name, value);
        }

        return given;
    }

    private static Value? Read(ValueKind kind, string text) => kind switch
    {
        ValueKind.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        ValueKind.Number => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null,
        ValueKind.Flag => bool.TryParse(text, out var flag) ? flag : null,
        ValueKind.None => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : bool.TryParse(text, out var flag) ? flag : text,
        _ => text,
    };
}
