using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>What browsing needs of a program.</summary>
public static class BrowsingServices
{
    /// <summary>Adds <see cref="CollectionBrowser"/> and <see cref="JudgmentLog"/>, both over the program's <see cref="ISearchStore"/>.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="options">Where judgments are kept and how much is looked at; null for the defaults.</param>
    public static IServiceCollection AddSemblanceBrowsing(this IServiceCollection services, BrowsingOptions? options = null)
    {
        BrowsingOptions chosen = options ?? new BrowsingOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new CollectionBrowser(provider.GetRequiredService<ISearchStore>(), chosen, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new JudgmentLog(JudgmentsPath(provider.GetRequiredService<ISearchStore>(), chosen), chosen.MaxJudgments, provider.GetRequiredService<TimeProvider>()));
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BrowsingJson.Default));
    }

    /// <summary>Where the judgments of a store are kept.</summary>
    /// <exception cref="ArgumentException">The store is no directory, and no file is given.</exception>
    internal static string JudgmentsPath(ISearchStore store, BrowsingOptions options) => options.JudgmentsFile
        ?? (store is LocalStore ? Path.TrimEndingDirectorySeparator(store.Name) + ".judgments.jsonl"
        : throw new ArgumentException($"{store.Name} is no directory, beside which a file of judgments could lie. Name a file for them."));
}
