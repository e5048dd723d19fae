"""Groups of customers: prepared features, a chosen number of clusters or none, stability, profiles."""

from analysis.statistics.clusters.finding import Clusters, distinguishing, find_clusters
from analysis.statistics.clusters.preparation import Preparation, prepare

__all__ = ["Clusters", "Preparation", "distinguishing", "find_clusters", "prepare"]
