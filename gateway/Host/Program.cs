using System.CommandLine;
using AvGateway.Host;
using AvGateway.Host.Commands;

var root = new RootCommand(Texts.Say("法院视听设备网关", "The gateway of a courthouse's audio-visual equipment"))
{
    DemoCommand.Build(),
    RunCommand.Build(),
    CheckCommand.Build(),
    DescribeCommand.Build(),
    ProfileCommand.Build(),
    DriversCommand.Build(),
    ConformCommand.Build(),
    CtlCommand.Build(),
    CalendarCommand.Build(),
    PowerCommand.Build(),
    InspectCommand.Build(),
    BundleCommand.Build(),
    UserCommand.Build(),
    JournalCommand.Build(),
    ReportCommand.Build(),
    CertificateCommand.Build(),
    LineCommand.Build(),
    CaptureAgentCommand.Build(),
    BrokerCommand.Build(),
    BackupCommand.Build(),
    RestoreCommand.Build(),
};

var parsed = root.Parse(args);

// Longer than the gateway's own ten seconds, so that it is never cut off while it says goodbye.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(12) };
if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(invocation);
foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
await Console.Error.WriteLineAsync(Texts.Say("用 --help 查看用法。", "Use --help to see how it is used."));
return ExitCodes.Usage;
