using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Drivers;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Mqtt.Description;
using AvGateway.Mqtt.Topics;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway describe</c>: what this gateway has, as text for people or as schemas for tools.</summary>
internal static class DescribeCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        var driver = new Argument<string>("driver") { Description = Texts.Say("驱动名称；默认列出全部", "name of a driver; all of them otherwise"), Arity = ArgumentArity.ZeroOrOne };
        var schema = new Option<bool>("--schema") { Description = Texts.Say("站点文件（或该驱动选项）的 JSON Schema", "JSON Schema of the site file, or of the driver's options") };
        var diagram = new Option<bool>("--diagram") { Description = Texts.Say("状态图（Mermaid）", "state diagram (Mermaid)") };
        var asyncApi = new Option<bool>("--asyncapi") { Description = Texts.Say("MQTT 主题的 AsyncAPI 文档", "AsyncAPI document of the MQTT topics") };
        var command = new Command("describe", Texts.Say("说明驱动、站点文件和主题", "describe drivers, site file and topics")) { driver, schema, asyncApi, diagram };
        command.SetAction(parsed => parsed.GetValue(asyncApi) ? AsyncApi() : Describe(parsed.GetValue(driver), parsed.GetValue(schema), parsed.GetValue(diagram)));
        return command;
    }

    private static int AsyncApi()
    {
        Console.Out.WriteLine(AsyncApiDocument.Write(TopicMap.DefaultRoot, Gateway.Version));
        return ExitCodes.Done;
    }

    private static int Describe(string? name, bool schema, bool diagram)
    {
        if (name?.StartsWith('-') == true)
        {
            Console.Error.WriteLine(Texts.Say($"没有选项 {name}", $"there is no option {name}"));
            return ExitCodes.Usage;
        }

        if (name is null)
        {
            if (schema) Console.Out.WriteLine(SiteSchema.Build(Parts.Catalog).ToJsonString(Indented));
            else foreach (var each in Parts.Catalog.Manifests) Console.Out.WriteLine(diagram ? $"%% {each.Name}\n{each.Diagram()}" : Row(each));

            // On the other stream, so that a script that reads the table does not stumble over it.
            if (!schema && !diagram)
                Console.Error.WriteLine(Texts.Say("若设备只是命令字不同，无需驱动：见 avgateway profile --help", "a device that differs only in its words needs no driver: see avgateway profile --help"));
            return ExitCodes.Done;
        }

        if (Parts.Catalog.Find(name) is not { } manifest)
        {
            Console.Error.WriteLine(Texts.Say($"没有名为 {name} 的驱动", $"there is no driver \"{name}\"") + ": " + string.Join(", ", Parts.Catalog.Manifests.Select(m => m.Name)));
            return ExitCodes.Failed;
        }

        Console.Out.WriteLine(diagram ? manifest.Diagram() : schema ? SiteSchema.Options(manifest).ToJsonString(Indented) : Whole(manifest));
        return ExitCodes.Done;
    }

    private static string Row(DriverManifest manifest) =>
        $"{manifest.Name,-24} {Lower(manifest.Class),-9} {Lower(manifest.Grade),-6} {string.Join('/', manifest.Links.Select(l => l.Scheme)),-12} {manifest.Models}";

    private static string Whole(DriverManifest manifest)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(Row(manifest)).AppendLine();
        text.AppendLine(Texts.Say("链路", "links"));
        foreach (var link in manifest.Links) text.AppendLine(CultureInfo.InvariantCulture, $"  {link.Scheme} {link.DefaultPort} {link.Defaults}");
        text.AppendLine(Texts.Say("动作", "verbs"));
        foreach (var verb in manifest.Verbs) text.AppendLine(CultureInfo.InvariantCulture, $"  {verb.Name,-12} {Texts.Say(verb.Zh, verb.En)}{Arguments(verb)}{(verb.Disturbing ? Texts.Say("（庭审中受保护）", " (guarded in a hearing)") : "")}");
        text.AppendLine(Texts.Say("属性", "properties"));
        foreach (var property in manifest.Properties) text.AppendLine(PropertyRow(property));
        if (manifest.Options.Count > 0) text.AppendLine(Texts.Say("选项", "options"));
        foreach (var option in manifest.Options) text.AppendLine(CultureInfo.InvariantCulture, $"  {option.Name,-16} {Lower(option.Kind),-8} {Texts.Say(option.Zh, option.En)} = {option.Default}");
        text.AppendLine(Texts.Say("故障", "faults"));
        foreach (var fault in manifest.Faults) text.AppendLine(CultureInfo.InvariantCulture, $"  {fault.Code,-28} {Texts.Say(fault.Zh, fault.En)}");
        return text.ToString().TrimEnd();
    }

    private static string PropertyRow(PropertySpec property) =>
        $"  {property.Name,-24} {Lower(property.Kind),-8} {Texts.Say(property.Zh, property.En)} {property.Unit} {(property.OneOf is { } words ? string.Join('|', words) : "")}".TrimEnd();

    private static string Arguments(VerbSpec verb) =>
        verb.Arguments.Count == 0 ? "" : " {" + string.Join(", ", verb.Arguments.Select(a => a.Name + (a.Optional ? "?" : ""))) + "}";

    private static string Lower<T>(T word) where T : struct, Enum => word.ToString().ToLowerInvariant();
}
