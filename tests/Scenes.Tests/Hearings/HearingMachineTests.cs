using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Tests.Hearings;

public sealed class HearingMachineTests
{
    [Fact]
    public void Every_stage_and_trigger_is_decided_as_the_table_says()
    {
        var table = new StringBuilder();
        foreach (var stage in Enum.GetValues<Stage>())
            foreach (var told in Enum.GetValues<Told>())
                table.Append(stage).Append(" × ").Append(told).Append(": ").Append(Decision(stage, told)).Append('\n');

        Assert.Equal(File.ReadAllText(Beside("hearing-machine.txt")), table.ToString());
    }

    [Fact]
    public void The_diagram_in_the_manual_is_the_one_that_the_machine_draws()
    {
        var manual = File.ReadAllText(Beside("../../../gateway/docs/hearings.md"));
        Assert.Contains($"```mermaid\n{HearingMachine.Diagram().ReplaceLineEndings("\n").Trim()}\n```", manual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Stage.Evidence)]
    [InlineData(Stage.ClosedEvidence)]
    [InlineData(Stage.Mediation)]
    [InlineData(Stage.ProtectedWitness)]
    public void Resuming_leads_back_to_the_phase_before_the_recess_also_over_a_deliberation(Stage phase)
    {
        var machine = new HearingMachine(phase, Stage.Opened);

        machine.Fire(Told.Adjourned);
        machine.Fire(Told.DeliberationCalled);
        var restarted = new HearingMachine(machine.Stage, machine.Before);
        restarted.Fire(Told.Resumed);

        Assert.Equal(phase, restarted.Stage);
    }

    private static string Decision(Stage stage, Told told)
    {
        var machine = new HearingMachine(stage, Stage.Evidence);
        if (!machine.CanFire(told)) return "refuse";
        machine.Fire(told);
        return machine.Stage == stage ? "ignore" : $"permit {machine.Stage}";
    }

    internal static string Beside(string name, [CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, name));
}
