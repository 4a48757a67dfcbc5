namespace Hpc.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Every_project_has_its_layer()
    {
        Repository.SourceProjects.Count.ShouldBeGreaterThan(0);
        foreach (Project project in Repository.SourceProjects)
        {
            ProjectTable.LayerOf(project.Name).ShouldBeGreaterThanOrEqualTo(
                0, $"{project.Path} is in no layer: add '{project.Name}' to Layers in tests/Architecture/ProjectTable.cs, above all that it refers to.");
        }
    }

    [Fact]
    public void References_go_to_lower_layers()
    {
        foreach (Project project in Repository.SourceProjects)
        {
            foreach (string reference in project.References)
            {
                bool isLower = ProjectTable.LayerOf(reference) >= 0 && ProjectTable.LayerOf(reference) < ProjectTable.LayerOf(project.Name);
                (isLower || ProjectTable.WithinLayer.Contains((project.Name, reference))).ShouldBeTrue(
                    $"{project.Name} refers to {reference}, which is not in a layer below its own (tests/Architecture/ProjectTable.cs).");
            }
        }
    }

    [Fact]
    public void A_protocol_sees_no_actor_no_provider_no_concrete_storage_and_no_other_protocol()
    {
        foreach (Project protocol in Repository.SourceProjects.Where(project => ProjectTable.Protocols.Contains(project.Name)))
        {
            protocol.References.Intersect(ProjectTable.HiddenFromProtocols).ShouldBeEmpty($"{protocol.Name} must do with the interfaces of lower layers.");
        }
    }

    [Fact]
    public void Only_the_server_names_concrete_providers()
    {
        foreach (Project project in Repository.SourceProjects.Where(project => project.Name != "Hpc.Server"))
        {
            project.References.Intersect(ProjectTable.Providers).ShouldBeEmpty($"{project.Name} names a provider; only Hpc.Server composes them.");
        }
    }

    [Fact]
    public void Database_and_console_packages_stay_with_their_owner()
    {
        foreach (Project project in Repository.SourceProjects)
        {
            foreach (string package in project.Packages)
            {
                ProjectTable.PackageOwners.GetValueOrDefault(package, [project.Name]).ShouldContain(project.Name, $"{package} is referred to by {project.Name}.");
            }
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution_and_has_a_test_folder()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Hpc.sln"));
        foreach (Project project in Repository.SourceProjects)
        {
            solution.ShouldContain($"\"{project.Path.Replace('/', '\\')}\"", customMessage: $"{project.Path} is not in Hpc.sln.");
            string area = project.Path.Split('/')[1];
            string folder = Path.Combine(Repository.Root, "tests", area);
            (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.Tests.csproj").Any()).ShouldBeTrue(
                $"{project.Path} has no test project: make tests/{area}/Hpc.{area}.Tests.csproj.");
        }
    }
}
