using System.Reflection;
using BenchmarkDotNet.Attributes;
using Hpc.Benchmarks.Crypto;

namespace Hpc.Allocations.Tests;

/// <summary>Every benchmark still runs.</summary>
public sealed class BenchmarkTests
{
    public static TheoryData<string> Classes => [.. Assembly.GetTypes().Where(static type => !type.IsAbstract && Marked<BenchmarkAttribute>(type).Any()).Select(static type => type.FullName!)];

    private static Assembly Assembly { get; } = typeof(CipherBenchmarks).Assembly;

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task A_benchmark_class_runs_each_of_its_methods(string name)
    {
        Type type = Assembly.GetType(name, throwOnError: true)!;
        foreach ((PropertyInfo Property, object Value)[] parameters in Combinations(type))
        {
            foreach (MethodInfo method in Marked<BenchmarkAttribute>(type))
            {
                // Each on an instance of its own, as they are measured.
                object instance = Activator.CreateInstance(type)!;
                Array.ForEach(parameters, parameter => parameter.Property.SetValue(instance, parameter.Value));
                await InvokeAsync(instance, Marked<GlobalSetupAttribute>(type));
                await InvokeAsync(instance, [method]);
                await InvokeAsync(instance, Marked<GlobalCleanupAttribute>(type));
            }
        }
    }

    [Fact]
    public void There_are_benchmarks() => Classes.Count.ShouldBeGreaterThan(10);

    private static IEnumerable<MethodInfo> Marked<T>(Type type)
        where T : Attribute => type.GetMethods().Where(static method => method.GetCustomAttribute<T>() is not null);

    // Of sizes the first will do; everything else is another way through the code.
    private static IEnumerable<(PropertyInfo Property, object Value)[]> Combinations(Type type)
    {
        IEnumerable<(PropertyInfo, object)[]> combinations = [[]];
        foreach (PropertyInfo property in type.GetProperties())
        {
            object[] values = ValuesOf(type, property);
            if (values.Length > 0)
            {
                object[] tried = values[0] is int ? values[..1] : values;
                combinations = [.. combinations.SelectMany(_ => tried, (start, value) => ((PropertyInfo, object)[])[.. start, (property, value)])];
            }
        }

        return combinations;
    }

    private static object[] ValuesOf(Type type, PropertyInfo property)
    {
        if (property.GetCustomAttribute<ParamsSourceAttribute>() is { } source)
        {
            PropertyInfo values = type.GetProperty(source.Name, BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)!;
            return [.. ((System.Collections.IEnumerable)values.GetValue(null)!).Cast<object>()];
        }

        return [.. (property.GetCustomAttribute<ParamsAttribute>()?.Values ?? []).OfType<object>()];
    }

    private static async Task InvokeAsync(object instance, IEnumerable<MethodInfo> methods)
    {
        foreach (MethodInfo method in methods)
        {
            switch (method.Invoke(instance, null))
            {
                case Task task:
                    await task;
                    break;
                case ValueTask task:
                    await task;
                    break;
                case { } result when result.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>):
                    await (Task)type.GetMethod(nameof(ValueTask.AsTask))!.Invoke(result, null)!;
                    break;
            }
        }
    }
}
