using System.CommandLine;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Simulator.Cli;

/// <summary><c>avsim court SITE.json</c>: every device of a site file that there is a simulator for.</summary>
internal static class CourtVerb
{
    public static Command New(TextWriter output, TextWriter errors)
    {
        var file = new Argument<FileInfo>("site") { Description = "Site file of the gateway; comments and trailing commas are allowed." };
        var http = ControlAddress.Option();
        var bind = ControlAddress.BindOption();
        var command = new Command("court", "Simulates the devices of a site file until it is told to stop.") { file, http, bind };
        command.SetAction(async (parsed, stopping) =>
        {
            CourtPlan plan;
            try
            {
                plan = CourtFile.Read(parsed.GetRequiredValue(file).FullName);
            }
            catch (InvalidDataException bad)
            {
                await errors.WriteLineAsync(bad.Message);
                return Avsim.Failed;
            }

            foreach (var each in plan.NotSimulated) await errors.WriteLineAsync($"{each.Id}: {each.Reason}");
            if (plan.Devices.Count == 0)
            {
                await errors.WriteLineAsync("No device of this site can be simulated.");
                return Avsim.Failed;
            }

            var address = parsed.GetRequiredValue(bind);
            var devices = plan.Devices.Select(each => each with { Bind = address }).ToArray();
            return await Running.RunAsync(devices, parsed.GetValue(http), court => Ready(plan, court), output, errors, stopping);
        });
        return command;
    }

    private static JsonObject Ready(CourtPlan plan, SimulatedCourt court) => new()
    {
        ["ready"] = true,
        ["site"] = plan.Site,
        ["devices"] = new JsonArray([.. court.Devices.Select(each => (JsonNode)new JsonObject
        {
            ["id"] = each.Id,
            ["protocol"] = each.Setting.Protocol,
            ["link"] = each.Link.Uri,
        })]),
        ["notSimulated"] = new JsonArray([.. plan.NotSimulated.Select(each => (JsonNode)new JsonObject
        {
            ["id"] = each.Id,
            ["driver"] = each.Driver,
            ["reason"] = each.Reason,
        })]),
    };
}
