using System.Globalization;
using AvGateway.Bench;
using AvGateway.Bench.Floor;
using AvGateway.Bench.Micro;
using AvGateway.Bench.Panels;

switch (args)
{
    case ["floor", var port, var devices]:
        using (var floor = new FloorBridge(int.Parse(port, CultureInfo.InvariantCulture), int.Parse(devices, CultureInfo.InvariantCulture))) floor.Run();
        return 0;
    case ["micro"]:
        return Paths.Run();
    case ["panels", .. var program]:
        return await PanelRuns.RunAsync(program.Length > 0 ? program[0] : Runs.BuiltGateway());
    case ["run", .. var rest]:
        if (BenchOptions.TryParse(rest, out var options, out var wrong)) return await Runs.AllAsync(options);
        Console.Error.WriteLine(wrong);
        goto default;
    default:
        Console.Error.WriteLine(BenchOptions.Usage);
        return 64;
}
